package dev.millrace.house.offenders;

import java.security.SecureRandom;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Each gets its chance from the machine in its own way. */
interface ThrowsDice {
    record Unseeded(Random random) {
        Unseeded() {
            this(new Random());
        }
    }

    record Reference(Supplier<Random> randoms) {
        Reference() {
            this(Random::new);
        }
    }

    record Fraction(double value) {
        Fraction() {
            this(Math.random());
        }
    }

    record OfThread() {
        int next() {
            return ThreadLocalRandom.current().nextInt();
        }
    }

    record Secure(RandomGenerator random) {
        Secure() {
            this(new SecureRandom());
        }
    }

    record Id(UUID id) {
        Id() {
            this(UUID.randomUUID());
        }
    }

    record Any(RandomGenerator random) {
        Any() {
            this(RandomGenerator.getDefault());
        }
    }
}

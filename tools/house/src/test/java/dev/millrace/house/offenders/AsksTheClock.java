package dev.millrace.house.offenders;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Each asks the machine for the time, or lets time pass, in its own way. The rules must find them; none is ever run. */
interface AsksTheClock {
    record Now(Instant now) {
        Now() {
            this(Instant.now());
        }
    }

    record Today(LocalDate today) {
        Today() {
            this(LocalDate.now(ZoneOffset.UTC));
        }
    }

    record Millis(long millis) {
        Millis() {
            this(System.currentTimeMillis());
        }
    }

    record Nanos(long nanos) {
        Nanos() {
            this(System.nanoTime());
        }
    }

    record Reference(LongSupplier ticker) {
        Reference() {
            this(System::nanoTime);
        }
    }

    record Sleep() {
        void rest() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    record UnitSleep() {
        void rest() throws InterruptedException {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    record SystemClock(Clock clock) {
        SystemClock() {
            this(Clock.systemUTC());
        }
    }

    record SystemInstants(InstantSource instants) {
        SystemInstants() {
            this(InstantSource.system());
        }
    }

    record OldDate() {
        @SuppressWarnings("JavaUtilDate")
        long time() {
            return new Date().getTime();
        }
    }
}

package dev.millrace.queue;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.task.KindLimits;
import dev.millrace.task.LimitRules;
import dev.millrace.task.Rate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;

/** A queue whose kind "k" is limited, and workers that claim all that they may. */
abstract class LimitedTasks {
    /** A little longer than a worker waits before it asks again for what a limit held back. */
    static final Duration AWHILE = Duration.ofMillis(60);

    @TempDir
    Path folder;

    static QueueOptions options(OptionalInt maxRunning, OptionalInt perKey, String rate) {
        KindLimits limits = new KindLimits(maxRunning, perKey, Rate.parse(rate), Optional.empty(), OptionalInt.empty());
        return QueueWorld.OPTIONS.withLimits(new LimitRules(KindLimits.NONE, Map.of("k", limits), ""));
    }

    static QueueOptions atMost(int running) {
        return options(OptionalInt.of(running), OptionalInt.empty(), "");
    }

    static QueueOptions rated(String rate) {
        return options(OptionalInt.empty(), OptionalInt.empty(), rate);
    }

    QueueWorld world(QueueOptions options) throws IOException {
        return QueueWorld.in(folder, options);
    }

    static List<Claim> claimAll(QueueWorld world, Actor... actors) throws IOException {
        List<Claim> claims = new ArrayList<>();
        for (Actor actor : actors)
            for (Optional<Claim> one = actor.queue().claim();
                    one.isPresent();
                    one = actor.queue().claim()) claims.add(one.get());
        world.time.advance(AWHILE);
        return claims;
    }
}

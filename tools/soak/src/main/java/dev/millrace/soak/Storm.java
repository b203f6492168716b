package dev.millrace.soak;

import dev.millrace.soak.Crew.Hand;
import dev.millrace.soak.Strikes.Sort;
import dev.millrace.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Kills. Without a limit of time every process is given a length of life when it has done its first work, short for most;
 * with one, the kills are spread evenly and hit one of those whose time has come.
 */
final class Storm {
    private static final int SUBMITTERS_SHARE = 10;
    private static final int SUBMITTERS_LIVES = 12;
    private static final int STEWARDS_SHARE = 10;

    private final SoakOptions options;
    private final Subject subject;
    private final Crew crew;
    private final Strikes strikes;
    private final RandomGenerator random;
    private final Time time;
    private final Map<String, Long> ends = new HashMap<>();
    private final long began;

    Storm(SoakOptions options, Subject subject, Crew crew, Strikes strikes, RandomGenerator random, Time time) {
        this.options = options;
        this.subject = subject;
        this.crew = crew;
        this.strikes = strikes;
        this.random = random;
        this.time = time;
        this.began = time.nanos();
    }

    /** Kills whoever is due, but for those that stand still. */
    void step(Set<String> standing) throws IOException {
        if (!options.has(Fault.KILL) || isOver()) return;
        if (options.limit().isPresent()) spread(options.limit().get(), standing);
        else cull(standing);
    }

    boolean isOver() {
        return strikes.kills() >= options.kills();
    }

    /** How much of the kills is done, 0 to 1. */
    double share() {
        if (!options.has(Fault.KILL) || options.kills() == 0) return 1;
        return (double) strikes.kills() / options.kills();
    }

    private void cull(Set<String> standing) throws IOException {
        ends.keySet()
                .removeIf(name ->
                        crew.workers().stream().noneMatch(hand -> hand.name().equals(name))
                                && crew.submitters().stream()
                                        .noneMatch(hand -> hand.name().equals(name)));
        for (List<Hand> hands : List.of(crew.workers(), crew.submitters()))
            for (Hand hand : hands) if (isDue(hand, standing) && !isOver()) kill(hand);
    }

    /** It has lived for as long as it may. */
    private boolean isDue(Hand hand, Set<String> standing) {
        long now = time.nanos();
        if (!hand.isRipe(now) || standing.contains(hand.name())) return false;
        return ends.computeIfAbsent(hand.name(), none -> now + life(hand).toNanos()) <= now;
    }

    /** Short for most, and for all submitters until one was killed, so that a short run sees that, too. */
    private Duration life(Hand hand) {
        boolean mayBeLong = !hand.submits || strikes.of(Sort.SUBMITTER) > 0;
        int most = mayBeLong && random.nextInt(10) == 0 ? 4_000 : 500;
        return Duration.ofMillis(random.nextInt(hand.submits ? SUBMITTERS_LIVES * most : most));
    }

    private void spread(Duration limit, Set<String> standing) throws IOException {
        double due = (double) (time.nanos() - began) / limit.toNanos() * options.kills();
        if (strikes.kills() >= due) return;
        Optional<Hand> victim = random.nextInt(100) < SUBMITTERS_SHARE
                ? any(crew.submitters(), standing)
                : random.nextInt(100) < STEWARDS_SHARE ? steward(standing) : any(crew.workers(), standing);
        if (victim.isPresent()) kill(victim.get());
    }

    private Optional<Hand> any(List<Hand> hands, Set<String> standing) {
        List<Hand> ripe = hands.stream().filter(hand -> isDue(hand, standing)).toList();
        return ripe.isEmpty() ? Optional.empty() : Optional.of(ripe.get(random.nextInt(ripe.size())));
    }

    private Optional<Hand> steward(Set<String> standing) throws IOException {
        Optional<String> steward = subject.steward();
        return crew.workers().stream()
                .filter(hand -> steward.filter(hand.name()::equals).isPresent() && isDue(hand, standing))
                .findFirst();
    }

    private void kill(Hand hand) throws IOException {
        boolean keepsHouse =
                !hand.submits && subject.steward().filter(hand.name()::equals).isPresent();
        hand.struck();
        strikes.kill(hand.submits ? Sort.SUBMITTER : keepsHouse ? Sort.STEWARD : Sort.WORKER, hand.process);
    }
}

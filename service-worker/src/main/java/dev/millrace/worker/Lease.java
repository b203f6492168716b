package dev.millrace.worker;

import dev.millrace.event.Event;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.StewardReport;
import dev.millrace.liveness.Judgement;
import dev.millrace.queue.Member;
import dev.millrace.queue.QueueAges;
import dev.millrace.queue.QueueCounts;
import dev.millrace.queue.QueueLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The housekeeping lease as one worker sees it: a file that names its holder, and bears a number that the holder raises
 * whenever its steward comes round.
 *
 * <p>The holder's heartbeat does not prove that it keeps the house: the beat has a thread of its own, and goes on when
 * the steward hangs, for example in a network file system that does not answer. So the lease is free when its holder is
 * dead, and also when its number has not moved for the heartbeat timeout on the watcher's own monotonic clock.
 *
 * <p>Two may take it at once: the last to write holds it, and until the other has noticed, both keep the house, which is
 * harmless, because each duty is one rename or stands under the operation lock. A holder that was only slow finds
 * another's name in the file at its next round.
 */
final class Lease {
    private static final Duration RENEW_EVERY = Duration.ofSeconds(2);
    private static final int RENEWALS_IN_TIMEOUT = 3;

    private final ServicePorts ports;
    private final QueueLayout layout;
    private final Member member;
    private final Duration timeout;
    private final Duration renewEvery;
    private StewardReport mine;
    private long renewedAt;
    private boolean refused;
    private String seen = "";
    private long movedAt;

    Lease(ServicePorts ports, QueueLayout layout, Member member, Duration timeout) {
        this.ports = ports;
        this.layout = layout;
        this.member = member;
        this.timeout = timeout;
        Duration share = timeout.dividedBy(RENEWALS_IN_TIMEOUT);
        this.renewEvery = share.compareTo(RENEW_EVERY) < 0 ? share : RENEW_EVERY;
        this.mine = fresh(0);
    }

    private StewardReport fresh(double since) {
        QueueAges noAges = new QueueAges(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
        return new StewardReport(member.worker(), member.incarnation(), since, 0, 0, QueueCounts.none(), noAges);
    }

    /** True when this worker keeps the house now: it holds the lease, and renews it, or has just taken it. */
    boolean hold(Map<String, Judgement> judged) throws IOException {
        Optional<StewardReport> standing = StewardReport.read(ports.disk(), layout);
        if (standing.filter(this::isMine).isPresent()) {
            renew();
            return true;
        }
        Optional<StewardReport> others = standing.filter(lease -> isOfLiving(lease, judged.get(lease.worker())));
        if (others.isPresent() && moves(others.get())) return false;
        take(others);
        return true;
    }

    private boolean isMine(StewardReport lease) {
        return lease.incarnation().equals(member.incarnation());
    }

    private static boolean isOfLiving(StewardReport lease, @org.jspecify.annotations.Nullable Judgement judgement) {
        return judgement != null
                && !judgement.standing().isDead()
                && judgement.beat().incarnation().equals(lease.incarnation());
    }

    private boolean moves(StewardReport lease) {
        String mark = lease.incarnation() + "/" + lease.sequence();
        long now = ports.time().nanos();
        if (!mark.equals(seen)) movedAt = now;
        seen = mark;
        return now - movedAt <= timeout.toNanos();
    }

    /** A failed attempt is reported by whoever steps this, and repeated when the file has stood still for as long again. */
    private void take(Optional<StewardReport> hung) throws IOException {
        seen = "";
        mine = fresh(ports.time().epochSeconds());
        mine.write(ports.disk(), layout);
        renewedAt = ports.time().nanos();
        ports.events()
                .accept(new Event.Note(member.worker() + " is the steward now"
                        + hung.map(this::why).orElse("")));
    }

    private String why(StewardReport hung) {
        return "; " + hung.worker() + " beats, but has not kept the house for " + timeout.toMillis() / 1e3
                + " s: does its file system answer?";
    }

    /**
     * Not forced, and seldom, for this is most of what an idle service writes. Where it cannot be written, the house is
     * kept all the same: on a full disk, to keep it is what frees space.
     */
    private void renew() {
        long now = ports.time().nanos();
        if (now - renewedAt < renewEvery.toNanos()) return;
        renewedAt = now;
        try {
            mine = mine.renewed();
            mine.write(ports.disk(), layout);
            refused = false;
        } catch (IOException e) {
            if (!refused) ports.events().accept(new Event.Trouble("cannot renew the housekeeping lease now", e));
            refused = true;
        }
    }

    /** What was counted just now; told with the next renewal. */
    void counted(QueueCounts counts, QueueAges ages) {
        mine = mine.counted(ports.time().epochSeconds(), counts, ages);
    }
}

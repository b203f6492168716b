package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.QueueWorld.Actor;
import dev.millrace.testkit.CrashException;
import dev.millrace.testkit.DiskCall;
import dev.millrace.testkit.DiskCall.Operation;
import dev.millrace.testkit.FaultyDisk.Moment;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A queue, the member that dies, and one that may have died before. */
final class CrashWorld {
    final QueueWorld queue;
    final Actor victim;
    final Set<String> dead = new HashSet<>();
    private Optional<Actor> third = Optional.empty();
    private Optional<Claim> claim = Optional.empty();

    CrashWorld(QueueWorld queue) {
        this.queue = queue;
        this.victim = queue.actor("victim");
        dead.add(victim.incarnation());
    }

    void claimed() throws IOException {
        queue.submit("t");
        claim = Optional.of(victim.claim());
    }

    void claimAgain() throws IOException {
        queue.passPoll();
        claim = Optional.of(victim.claim());
    }

    Claim claim() {
        return claim.orElseThrow();
    }

    Actor third() {
        if (third.isEmpty()) {
            third = Optional.of(queue.actor("third"));
            dead.add(third().incarnation());
        }
        return third.get();
    }

    /** The third settles its claim and dies at the first such change. */
    void thirdDiesAt(Operation operation, Moment moment) throws IOException {
        Claim mine = third().claim();
        third().disk().fault(call -> dies(call, operation), moment, path -> {
            throw new CrashException("third");
        });
        assertThatThrownBy(() -> third().done(mine, "by third")).isInstanceOf(CrashException.class);
    }

    private static boolean dies(DiskCall call, Operation operation) {
        return call.is(operation);
    }
}

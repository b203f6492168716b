package dev.millrace.launch;

import dev.millrace.lifecycle.WorkerEntry;
import dev.millrace.liveness.ProcessIdentity;

/**
 * Ends a worker on its own host and proves it there.
 *
 * <p>A process number alone proves nothing: it may be another's by now. Its start time makes it one incarnation's, and
 * both mean something only within one boot and one process namespace. After a reboot of that very host the worker is gone
 * for certain; in another namespace (the worker runs in a container, the login does not), or where /proc hides others'
 * processes, nothing can be told and nothing is killed.
 */
final class RemoteKill {
    private static final String GONE = "millrace: gone";

    private RemoteKill() {}

    /** True when the script's output says that the worker has ended; a host may print other things before. */
    static boolean isProven(String output) {
        return output.lines().anyMatch(GONE::equals);
    }

    static String script(WorkerEntry worker, ProcessIdentity process) {
        String[] id = process.hostId().split("\\|", -1);
        String boot = id.length == 3 ? id[1] : "";
        String namespace = id.length == 3 ? id[2] : "";
        return String.join(
                "\n",
                "H=" + quoted(process.host()) + " P=" + process.pid() + " S=" + quoted(process.start()) + " B="
                        + quoted(boot) + " N=" + quoted(namespace),
                "W=" + quoted(WorkerCommand.MAIN) + " A=" + quoted(worker.name()),
                "gone() { echo '" + GONE + "'; exit 0; }",
                "there() {",
                "  s=$(sed 's/.*) //' /proc/$P/stat 2>/dev/null) || return 1",
                "  set -- $s",
                "  [ $# -ge 20 ] && [ \"$1\" != Z ] && [ \"$1\" != X ] || return 1",
                "  shift 19",
                "  [ -z \"$S\" ] || [ \"t$1\" = \"$S\" ] || return 1",
                "  c=$(tr '\\0' ' ' </proc/$P/cmdline 2>/dev/null) || return 1",
                "  case \"$c\" in *\" $W \"*\" $A \") return 0 ;; *) return 1 ;; esac",
                "}",
                "[ -d /proc/1 ] || exit 0",
                "b=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)",
                "if [ \"$b\" != \"$B\" ]; then",
                "  [ -n \"$B\" ] && [ -n \"$b\" ] && [ \"$(uname -n)\" = \"$H\" ] && gone",
                "  exit 0",
                "fi",
                "[ -z \"$N\" ] || [ \"$(readlink /proc/self/ns/pid)\" = \"$N\" ] || exit 0",
                "there || gone",
                "kill -9 $P",
                "i=0",
                "while [ $i -lt 50 ]; do there || gone; sleep 0.1 2>/dev/null || sleep 1; i=$((i+1)); done",
                "exit 0");
    }

    private static String quoted(String word) {
        return SshLauncher.quoted(word);
    }
}

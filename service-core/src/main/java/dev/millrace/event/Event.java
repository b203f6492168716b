package dev.millrace.event;

/** Something that happened and that an operator may want to know. */
public sealed interface Event {
    /** One line for people; names the file, task or worker and the way out where there is one. */
    String describe();

    /** A file that cannot be run was put into failed/ as it is, with a sidecar that says why. */
    record Quarantined(String file, String reason) implements Event {
        @Override
        public String describe() {
            return "quarantined " + file + ": it " + reason;
        }
    }

    /** A worker finished a task that had been taken from it meanwhile; its result was dropped. */
    record Fenced(String task, String incarnation) implements Event {
        @Override
        public String describe() {
            return "dropped the result of " + task + ": incarnation " + incarnation
                    + " had lost it, because it was silent for too long; it runs or ran elsewhere";
        }
    }

    /** A dead worker's task was put back, or finished from its log. */
    record Rescued(String task, String incarnation, String to) implements Event {
        @Override
        public String describe() {
            return "rescued " + task + " of incarnation " + incarnation + ": now " + to;
        }
    }

    /** A worker that should run did not, and was started again. */
    record Restarted(String worker, String reason) implements Event {
        @Override
        public String describe() {
            return "restarted worker " + worker + " (" + reason + ")";
        }
    }

    /** Something failed that is tried again later; nothing was lost. */
    record Trouble(String what, Throwable cause) implements Event {
        @Override
        public String describe() {
            return what + ": " + cause;
        }
    }

    /** Anything else worth a line. */
    record Note(String text) implements Event {
        @Override
        public String describe() {
            return text;
        }
    }
}

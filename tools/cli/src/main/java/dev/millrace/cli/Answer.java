package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a command came to, told in one of two forms.
 *
 * @param exit the exit code
 * @param json the one object of {@code --json}
 * @param text what people get instead; it may have been printed already while the command ran
 * @param remark a sentence for standard error; empty when there is none
 * @param told true when all of it was written already
 */
record Answer(ExitCode exit, ObjectNode json, String text, String remark, boolean told) {

    static Answer ok(ObjectNode json, String text) {
        return new Answer(ExitCode.OK, json, text, "", false);
    }

    Answer withExit(ExitCode newExit) {
        return new Answer(newExit, json, text, remark, told);
    }

    Answer withRemark(String newRemark) {
        return new Answer(exit, json, text, newRemark, told);
    }

    /** The same, after it was written. */
    Answer asTold() {
        return new Answer(exit, json, text, remark, true);
    }
}

package dev.millrace.cli;

import dev.millrace.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command: it makes an answer, and this writes it in the form that was asked for. */
abstract class BaseCommand implements Callable<Integer> {
    @Mixin
    OutputOptions output = new OutputOptions();

    final Shell shell;

    BaseCommand(Shell shell) {
        this.shell = shell;
    }

    /** Does the work. */
    abstract Answer answer() throws Exception;

    /** The options that lead a next command to the same service; empty when none is meant. */
    String where() {
        return "";
    }

    @Override
    public final Integer call() throws Exception {
        Answer answer = answer();
        if (!answer.told()) tell(answer);
        return answer.exit().code();
    }

    /** Writes an answer. */
    final void tell(Answer answer) throws CommandException {
        if (output.json) shell.out().writeBytes(Json.indented(answer.json()));
        else shell.out().print(answer.text());
        if (shell.out().checkError())
            throw new CommandException(
                    ExitCode.FAILED,
                    "the answer could not be written whole: standard output is closed, or the disk is full",
                    "");
        answer.remark().lines().forEach(line -> shell.err().println("millrace: " + shell.asCalled(Shown.line(line))));
    }
}

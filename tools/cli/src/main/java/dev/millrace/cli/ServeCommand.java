package dev.millrace.cli;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.settings.ServeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One of the four actions of serve, with its parameters as options. */
abstract class ServeCommand extends AppCommand {
    private static final int MOST_VERBOSE = 3;

    @Spec
    @Nullable
    CommandSpec spec;

    private final Action action;

    ServeCommand(Shell shell, Action action) {
        super(shell);
        this.action = action;
    }

    final Action action() {
        return action;
    }

    /** The work, with the service open and the options read. */
    abstract Answer answer(Service service, ServeOptions options) throws Exception;

    @Override
    final Answer answer(Service service) throws Exception {
        return answer(service, options());
    }

    /** What the command line gives. */
    ServeOptions options() throws CommandException {
        ServeOptions options = ServeOptions.defaults();
        if (output.verbose.length > 0) options = options.withVerbose(Math.min(MOST_VERBOSE, output.verbose.length));
        return spec == null ? options : ServeParameter.read(spec.commandLine().getParseResult(), action, options);
    }
}

package dev.millrace.cli;

import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.settings.AppEnv;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code millrace demo}: the main job from start to stop, on real input, in a share of its own.
 *
 * <p>However it ends, no process is left: what it started it stops, also when it is interrupted while it starts. Its files
 * stay, because they are what there is to see.
 */
@Command(
        name = "demo",
        description =
                "Starts the sample app's service, profiles its data files, shows results, health and gate, exports the"
                        + " operator's snapshot, and stops the service.")
final class DemoCommand extends AppCommand {
    private static final String APP = "mycode";
    private static final double LONGEST = 1e9;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "The longest wait for the tasks, in seconds (default: 300).")
    double timeout = 300;

    @Option(names = "--clean", description = "Remove the demo's files at the end, when it made the share itself.")
    boolean clean;

    private boolean own;

    DemoCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer() throws Exception {
        if (!(timeout >= 0 && timeout <= LONGEST))
            throw CommandException.badCommandLine("--timeout must be 0 to 1e9 seconds, not " + timeout, "");
        if (app.app == null) app.app = APP;
        // From here on a signal waits for the clean-up, and the first thing to be cleaned up is made next.
        shell.time().guard();
        if (app.share != null) return super.answer();
        own = true;
        Path share = DemoFolder.make(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
        app.share = share;
        try {
            return super.answer();
        } finally {
            if (clean) remove(share);
        }
    }

    private DemoScreen.Files files() {
        if (!own) return DemoScreen.Files.KEPT_IN_THE_CALLERS_SHARE;
        return clean ? DemoScreen.Files.REMOVED : DemoScreen.Files.KEPT_IN_A_SHARE_OF_ITS_OWN;
    }

    private void remove(Path share) throws java.io.IOException {
        DemoFolder.remove(share);
        new DemoScreen(shell, output.json, DemoScreen.Files.REMOVED).removed();
    }

    @Override
    Service open(AppEnv env) {
        return Service.open(env, ServicePorts.system().withTime(shell.time()));
    }

    @Override
    Answer answer(Service service) throws Exception {
        Demo demo = new Demo(service, shell, new DemoScreen(shell, output.json, files()), timeout);
        demo.refuseForeignService();
        try {
            Answer answer = demo.run();
            return output.json ? answer : answer.asTold();
        } catch (ServiceException.AlreadyRunning | ServiceException.Busy e) {
            throw e; // it is somebody else's
        } catch (Exception e) {
            demo.cleanUp();
            throw e;
        }
    }
}

package dev.millrace.cli;

import dev.millrace.health.HealthReport;
import dev.millrace.health.Verdict;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.settings.AppEnv;
import dev.millrace.task.TaskState;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** What one sees of the demo while it runs. Silent when one JSON object is all that is wanted. */
final class DemoScreen {
    private final Shell shell;
    private final boolean silent;
    private final Files files;
    private final ProgressBar bar;
    private int finished;
    private int all;

    /** What becomes of the demo's files at the end. */
    enum Files {
        REMOVED,
        KEPT_IN_A_SHARE_OF_ITS_OWN,
        KEPT_IN_THE_CALLERS_SHARE
    }

    /**
     * @param silent to print nothing
     * @param files what becomes of them
     */
    DemoScreen(Shell shell, boolean silent, Files files) {
        this.shell = shell;
        this.silent = silent;
        this.files = files;
        this.bar = new ProgressBar(shell.out(), shell.terminal());
    }

    private void say(String text) {
        if (silent) return;
        bar.erase();
        shell.out().println(text);
        shell.out().flush();
    }

    void begins(AppEnv env, int files) {
        all = files;
        say("The app '" + env.target() + "' profiles " + Shown.count(files, "CSV file") + " with persistent workers.");
        say("share: " + env.share());
        say("");
        say("starting the workers ...");
    }

    void started(ServeReport report) {
        say(Shown.count(report.workers().size(), "worker") + " " + report.status() + ": "
                + String.join(", ", report.workers()));
    }

    /** In a pipe a line for each; on a terminal the bar moves, and only trouble gets a line. */
    void finished(String id, TaskResult result) {
        finished++;
        String name = result.document()
                .map(document -> document.path("task_name").asText(id))
                .orElse(id);
        String took = result.runtimeSeconds()
                .map(seconds -> " in " + Shown.seconds(seconds))
                .orElse("");
        String line = Shown.line(
                finished + "/" + all + " " + name + " " + result.state().word() + took);
        if (!shell.terminal().interactive() || !result.isDone()) say(line);
    }

    void progress(int done, int of, double seconds) {
        if (!silent) bar.draw(done, of, done + "/" + of + " files  " + String.format(Locale.ROOT, "%.1f s", seconds));
    }

    void results(Map<TaskReceipt, TaskResult> results) {
        say("");
        say(DemoTable.of(results).text(shell.terminal()).stripTrailing());
        results.forEach((receipt, result) -> result.error()
                .ifPresent(error -> say("\n"
                        + Shown.line(
                                "task " + receipt.id() + " " + result.state().word() + ": " + error))));
    }

    void ends(HealthReport health, Verdict verdict, ServeReport stopped, Service service, Path snapshot) {
        Ink ink = shell.ink();
        long done = health.queue().map(counts -> counts.of(TaskState.DONE)).orElse(0L);
        long failed = health.queue().map(counts -> counts.of(TaskState.FAILED)).orElse(0L);
        say("");
        say("health:   " + ink.paint(Ink.Tone.of(health.status()), health.status()) + ", "
                + health.workers().healthy().size() + " of "
                + Shown.count(health.workers().rows().size(), "worker") + " healthy, " + done + " done, " + failed
                + " failed");
        say("gate:     "
                + ink.paint(verdict.passed() ? Ink.Tone.GOOD : Ink.Tone.BAD, verdict.passed() ? "passed" : "failed")
                + (verdict.passed() ? "" : " with " + verdict.code() + ": " + verdict.reason()));
        say("service:  " + stopped.status()
                + (stopped.pending().isEmpty()
                        ? ", no process is left"
                        : ", still running: " + String.join(", ", stopped.pending())));
        say("");
        places(health, service, snapshot);
    }

    private void places(HealthReport health, Service service, Path snapshot) {
        AppEnv env = service.env();
        Path queue = env.queueFolder(java.util.Optional.empty());
        say("results:  " + queue.resolve(TaskState.DONE.word()));
        say("logs:     " + queue.resolve("logs"));
        say("health:   " + health.surroundings().path().orElse("not written"));
        say("snapshot: " + snapshot);
        if (files == Files.REMOVED) return;
        // Others may keep their work in a share of the caller's.
        Path ours = files == Files.KEPT_IN_THE_CALLERS_SHARE ? env.serviceFolder() : env.share();
        say("");
        say(shell.asCalled("Look at them: millrace tasks --app " + env.target() + " --share " + env.share()));
        say("Remove them:  rm -r " + ours);
    }

    void removed() {
        say("The share is removed (--clean).");
    }

    void interrupted() {
        say("stopping the workers ...");
    }

    void cleanedUp(ServeReport report, AppEnv env) {
        boolean left = !report.pending().isEmpty();
        say(
                left
                        ? "still running: " + String.join(", ", report.pending())
                        : "no process is left; files: " + env.share());
    }

    void notCleanedUp(Exception e, AppEnv env) {
        shell.err()
                .println("millrace: the workers could not be stopped (" + e + "); run: "
                        + shell.asCalled("millrace stop --force --app " + env.target() + " --share " + env.share()));
    }
}

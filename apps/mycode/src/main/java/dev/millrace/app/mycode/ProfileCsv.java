package dev.millrace.app.mycode;

import dev.millrace.worker.Kind;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.io.IOException;

/**
 * Profiles one CSV file: how many rows, and what is in each column. The arguments and the result are described in the
 * app's README.
 *
 * <p>A record without components, because one instance serves all slots at once and must not keep anything of a task.
 */
@Kind("profile-csv")
public record ProfileCsv() implements TaskHandler {

    /**
     * Reads the file once and returns its profile.
     *
     * @throws IllegalArgumentException when an argument is missing, unknown or wrong; the message names it
     * @throws IOException when the file is no CSV file or cannot be read; the message names it and the way out
     * @throws java.util.concurrent.CancellationException soon after the task was cancelled
     */
    @Override
    public Object handle(TaskContext task) throws IOException {
        ProfileArgs args = ProfileArgs.of(task.args(), task.serviceArgs());
        CsvFile file = CsvFile.locate(task.appFolder(), args.file());
        task.logger().info("profiling {}, {} bytes", file.name(), file.size());
        FileProfile profile = new Profiling(file, args, new Meter(task, file.size())).run();
        task.logger()
                .info(
                        "profiled {}: {} rows, {} bad rows, {} columns",
                        file.name(),
                        profile.rows(),
                        profile.badRows(),
                        profile.columnCount());
        return profile;
    }
}

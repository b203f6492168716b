package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.Service;
import dev.millrace.queue.TaskView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace logs}. */
@Command(name = "logs", description = "Prints what a task's handler logged.")
final class LogsCommand extends AppCommand {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int CHUNK = 64 << 10;

    @Parameters(paramLabel = "ID", description = "The task's id, or the unique name of its file.")
    String id = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with new lines until the task ends.")
    boolean follow;

    LogsCommand(Shell shell) {
        super(shell);
    }

    @Override
    Answer answer(Service service) throws Exception {
        if (follow && output.json)
            throw CommandException.badCommandLine(
                    "--json is one object and --follow has no end", "leave one of them out");
        TaskView view = FoundTask.all(service, id, where()).get(0);
        Path log = service.queue().layout().logs().resolve(view.stem() + ".log");
        if (output.json) return Answer.ok(json(view, log), "");
        long printed = follow ? followed(service, view.stem(), log) : copied(log, 0, shell.out());
        Answer answer = Answer.ok(Json.object(), "");
        if (printed > 0) return answer;
        return answer.withRemark("task " + view.id()
                + (view.state().isTerminal() || follow ? " logged nothing" : " has logged nothing so far"));
    }

    private static ObjectNode json(TaskView view, Path log) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        copied(log, 0, bytes);
        ObjectNode json = Json.object();
        json.put("id", view.id());
        json.put("stem", view.stem());
        json.put("state", view.state().word());
        json.put("path", log.toString());
        json.set(
                "lines",
                Json.tree(bytes.toString(StandardCharsets.UTF_8).lines().toList()));
        return json;
    }

    /**
     * Where the task is, is looked up before its log is read: what it logged last is then never missed. One that moves while
     * we look is not found for a moment.
     */
    private long followed(Service service, String stem, Path log) throws IOException, InterruptedException {
        long position = 0;
        for (int notFound = 0; notFound < 2; shell.time().sleep(LOOK)) {
            Optional<TaskView> view = service.queue().locate(stem);
            position += copied(log, position, shell.out());
            shell.out().flush();
            notFound = view.isEmpty() ? notFound + 1 : 0;
            boolean ended = view.isPresent() && view.get().state().isTerminal();
            if (ended || shell.out().checkError()) break;
        }
        return position;
    }

    private static long copied(Path log, long from, OutputStream out) throws IOException {
        try (SeekableByteChannel file =
                Files.newByteChannel(log, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            long copied = 0;
            file.position(from);
            while (file.read(chunk) >= 0) {
                out.write(chunk.array(), 0, chunk.position());
                copied += chunk.position();
                chunk.clear();
            }
            return copied;
        } catch (NoSuchFileException nothingYet) {
            return 0;
        }
    }
}

package dev.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import dev.millrace.liveness.Processes;
import dev.millrace.liveness.Processes.Finished;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs an assignment in a process of its own. */
final class Fork {
    private static final Duration LIMIT = Duration.ofHours(2);

    private final Processes processes;
    private final String classPath;

    Fork(Processes processes) {
        this.processes = processes;
        this.classPath = System.getProperty("java.class.path", "");
    }

    /** What one run came to, or why it did not. */
    record Answer(Values values, String error) {
        boolean isGood() {
            return error.isEmpty();
        }
    }

    Answer run(Assignment assignment, List<String> javaOptions) throws IOException {
        Path request = assignment.folder().resolve("assignment.json");
        Path answer = assignment.folder().resolve("answer.json");
        Files.write(request, Json.bytes(assignment.toJson()));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx2g"));
        // What the run, or a library, would leave in the folder for temporary files goes with its own folder.
        command.add(
                "-Djava.io.tmpdir=" + Files.createDirectory(assignment.folder().resolve("tmp")));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", classPathOf(assignment), RunMain.class.getName()));
        command.addAll(List.of(request.toString(), answer.toString()));
        boolean stopped = false;
        try {
            Finished finished = processes.run(command, LIMIT);
            stopped = Files.exists(answer);
            return stopped
                    ? read(answer)
                    : new Answer(Values.none(), "ended with " + finished.exitCode() + ": " + lineOf(finished.output()));
        } finally {
            if (!stopped) endWorkers(assignment);
        }
    }

    /** Whoever breaks off the bench interrupts it; the stop must not be. */
    private static void endWorkers(Assignment assignment) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            Orphans.end(assignment.folder());
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static Answer read(Path file) throws IOException {
        try {
            JsonNode json = Json.parse(Files.readAllBytes(file));
            return new Answer(
                    Values.of(json.path("values")), lineOf(json.path("error").asText("")));
        } catch (MalformedJsonException e) {
            return new Answer(Values.none(), "its answer " + e.getMessage());
        }
    }

    private static String lineOf(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() > 300 ? line.substring(0, 300) + ".." : line;
    }

    /** Peers and what they need lie in a folder beside the jar, out of the way of everybody else. */
    private String classPathOf(Assignment assignment) {
        if (assignment.measurement() != Measurement.Name.PEER) return classPath;
        Path jar = Path.of(classPath.split(File.pathSeparator, 2)[0]).toAbsolutePath();
        Path peers = jar.resolveSibling("peers");
        boolean installed = jar.toString().endsWith(".jar") && Files.isDirectory(peers);
        return installed ? classPath + File.pathSeparator + peers.resolve("*") : classPath;
    }
}

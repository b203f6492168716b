package dev.millrace.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process of one run: {@code RunMain <assignment file> <answer file>}. A fresh virtual machine for each, so that no
 * contender warms up or wears out the other.
 */
final class RunMain {
    private RunMain() {}

    public static void main(String[] args) throws IOException, MalformedJsonException {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        Assignment assignment = Assignment.of(Json.parseObject(Files.readAllBytes(Path.of(args[0]))));
        Files.write(Path.of(args[1]), Json.bytes(answer(assignment)));
        // Threads of peers need not end by themselves.
        System.exit(0);
    }

    private static ObjectNode answer(Assignment assignment) {
        ObjectNode answer = Json.object();
        try {
            answer.set("values", assignment.measurement().make().run(assignment).toJson());
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            answer.put("error", e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return answer;
    }
}

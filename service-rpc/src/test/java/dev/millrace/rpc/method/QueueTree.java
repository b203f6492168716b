package dev.millrace.rpc.method;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What lies in a queue's folder but for what changes by itself, such as heartbeats. */
final class QueueTree {
    private static final Pattern ALIVE =
            Pattern.compile("heartbeats.*|.*(lease|outcomes|steward|runtimes|limits).*|.*lock");

    private QueueTree() {}

    /** By name, content and time of every file. */
    static Map<String, String> of(Path queue) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (var files = Files.walk(queue)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = queue.relativize(file).toString();
                if (!ALIVE.matcher(name).matches())
                    tree.put(name, Files.readString(file) + Files.getLastModifiedTime(file));
            }
        }
        return tree;
    }
}

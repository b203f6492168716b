package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows docs/learning/first-app.md as a reader would, in a copy of the tree: writes each fenced file, runs each fenced
 * command, and expects what the page says will be seen.
 */
class FirstAppPageTest {
    private static final Path PAGE = Path.of("../../docs/learning/first-app.md");

    @TempDir
    Path folder;

    /**
     * A fenced block.
     *
     * @param language sh, text, or that of a file
     * @param rest what stands behind the language: a file's place, or the code with which the commands fail
     * @param lines what is in it
     */
    private record Block(String language, String rest, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }
    }

    @Test
    void whoever_follows_the_page_has_an_app() throws Exception {
        Path root = folder.toRealPath();
        Tree.plant(root);
        Files.createDirectories(root.resolve("home"));
        String seen = "";
        List<Block> blocks = blocks();
        assertThat(blocks).hasSizeGreaterThan(15);
        try {
            for (Block block : blocks) {
                if (block.language().equals("sh")) seen = run(root, block);
                else if (block.language().equals("text")) expect(block, seen);
                else Files.writeString(root.resolve(block.rest()), block.text());
            }
            assertThat(LiveProcesses.naming(root)).isEmpty();
        } finally {
            LiveProcesses.naming(root).forEach(ProcessHandle::destroyForcibly);
        }
        Path done = root.resolve("home/.millrace/service/hello/queue/done");
        try (var tasks = Files.list(done)) {
            assertThat(tasks).as("the results are where the page says").hasSize(2);
        }
    }

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(PAGE);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) continue;
            String[] info = lines.get(i).substring(3).split(" ", 2);
            List<String> inside = new ArrayList<>();
            while (!lines.get(++i).equals("```")) inside.add(lines.get(i));
            blocks.add(new Block(info[0], info.length > 1 ? info[1] : "", inside));
        }
        return blocks;
    }

    /** All commands of a block in one shell that ends with the first that fails. */
    private static String run(Path root, Block block) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", block.text())
                .directory(root.toFile())
                .redirectErrorStream(true);
        String java = Path.of(System.getProperty("java.home")).toString();
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("MILLRACE_") || name.equals("AGI_CLUSTER_SHARE"));
        builder.environment().put("MILLRACE_BUILD", "never");
        builder.environment().put("JAVA_HOME", java);
        builder.environment().put("PATH", java + "/bin:" + System.getenv("PATH"));
        builder.environment().put("HOME", root.resolve("home").toString());
        Path output = Files.createTempFile(root, "seen", ".txt");
        Process shell = builder.redirectOutput(output.toFile()).start();
        assertThat(shell.waitFor(2, TimeUnit.MINUTES)).as(block.text()).isTrue();
        String seen = Files.readString(output, StandardCharsets.UTF_8);
        int expected = block.rest().startsWith("fails=")
                ? Integer.parseInt(block.rest().substring(6))
                : 0;
        assertThat(shell.exitValue()).as("%s%n%s", block.text(), seen).isEqualTo(expected);
        return seen;
    }

    /** Every line that the page shows is seen, in this order; "..." and blanks stand for anything. */
    private static void expect(Block block, String seen) {
        String pattern = block.lines().stream()
                .filter(line -> !line.isBlank())
                .map(FirstAppPageTest::pattern)
                .collect(Collectors.joining("(?:.*\n)*?", "(?:.*\n)*?", "(?:.*\n)*"));
        assertThat(seen).matches(Pattern.compile(pattern));
    }

    private static String pattern(String line) {
        StringBuilder pattern = new StringBuilder(" *");
        for (String word : line.strip().split(" +"))
            pattern.append(word.equals("...") ? ".*" : Pattern.quote(word)).append(" *");
        return pattern.append("\n").toString();
    }
}

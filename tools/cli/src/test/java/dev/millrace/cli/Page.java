package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Follows a page of the documentation as a reader would, in a copy of the tree with a home of its own: writes each fenced
 * file, runs each fenced command, and expects what the page says will be seen.
 *
 * <p>A block {@code sh} is commands, {@code sh fails=8} commands of which one ends with 8; {@code text} is what the
 * commands before it show; a language with a path is a file; anything else is for people.
 */
final class Page implements AutoCloseable {
    private final Path root;
    private final Map<String, String> variables;
    private final Optional<PageCommands> commands;
    private String seen = "";

    private Page(Path root, Map<String, String> variables, Optional<PageCommands> commands) {
        this.root = root;
        this.variables = variables;
        this.commands = commands;
    }

    /** In a copy of the tree in this empty folder, with a process for each command, as a reader has it. */
    static Page followedIn(Path folder) throws IOException {
        Path root = planted(folder);
        return new Page(root, variables(root), Optional.empty());
    }

    /** The same several times as fast, see {@link PageCommands}. */
    static Page followedFastIn(Path folder) throws IOException, InterruptedException {
        Path root = planted(folder);
        PageCommands commands = PageCommands.in(root, variables(root));
        return new Page(root, commands.variables(), Optional.of(commands));
    }

    private static Path planted(Path folder) throws IOException {
        Path root = folder.toRealPath();
        Tree.plant(root);
        Files.createDirectories(root.resolve("home"));
        return root;
    }

    /** Those of this process, with another home and nothing of ours. */
    private static Map<String, String> variables(Path root) {
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.keySet().removeIf(name -> name.startsWith("MILLRACE_") || name.equals("AGI_CLUSTER_SHARE"));
        String java = Path.of(System.getProperty("java.home")).toString();
        variables.put("MILLRACE_BUILD", "never");
        variables.put("JAVA_HOME", java);
        variables.put("PATH", java + "/bin:" + System.getenv("PATH"));
        variables.put("HOME", root.resolve("home").toString());
        return variables;
    }

    /**
     * A fenced block.
     *
     * @param language sh, text, or that of a file
     * @param rest what stands behind the language: a file's place, or the code with which the commands fail
     * @param lines what is in it
     */
    record Block(String language, String rest, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }
    }

    static List<Block> blocks(List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) continue;
            String[] info = lines.get(i).substring(3).split(" ", 2);
            List<String> inside = new ArrayList<>();
            while (!lines.get(++i).equals("```")) inside.add(lines.get(i));
            blocks.add(new Block(info[0], info.length > 1 ? info[1] : "", inside));
        }
        return blocks;
    }

    Path home() {
        return root.resolve("home");
    }

    /** What the last commands have shown. */
    String seen() {
        return seen;
    }

    void follow(List<Block> blocks) throws IOException, InterruptedException {
        for (Block block : blocks) follow(block);
        assertThat(LiveProcesses.naming(root)).as("left running").isEmpty();
    }

    private void follow(Block block) throws IOException, InterruptedException {
        if (block.language().equals("sh")) seen = run(block);
        else if (block.language().equals("text")) expect(block);
        else if (!block.rest().isEmpty()) Files.writeString(root.resolve(block.rest()), block.text());
    }

    /** All commands of a block in one shell that ends with the first that fails. */
    private String run(Block block) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", block.text())
                .directory(root.toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(variables);
        Path output = Files.createTempFile(root, "seen", ".txt");
        Process shell = builder.redirectOutput(output.toFile()).start();
        if (!shell.waitFor(2, TimeUnit.MINUTES)) {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
            throw new AssertionError("this takes too long:\n" + block.text() + "\n" + Files.readString(output));
        }
        String shown = Files.readString(output, StandardCharsets.UTF_8);
        int expected = block.rest().startsWith("fails=")
                ? Integer.parseInt(block.rest().substring(6))
                : 0;
        assertThat(shell.exitValue()).as("%s%n%s", block.text(), shown).isEqualTo(expected);
        return shown;
    }

    /** Every line that the page shows is seen, in this order; "..." and blanks stand for anything. */
    private void expect(Block block) {
        String pattern = block.lines().stream()
                .filter(line -> !line.isBlank())
                .map(Page::pattern)
                .collect(Collectors.joining("(?:.*\n)*?", "(?:.*\n)*?", "(?:.*\n)*"));
        assertThat(seen).matches(Pattern.compile(pattern));
    }

    private static String pattern(String line) {
        StringBuilder pattern = new StringBuilder(" *");
        for (String word : line.strip().split(" +"))
            pattern.append(word.equals("...") ? ".*" : Pattern.quote(word)).append(" *");
        return pattern.append("\n").toString();
    }

    /** Ends what a page that went wrong has left running. */
    @Override
    public void close() throws IOException {
        LiveProcesses.naming(root).forEach(ProcessHandle::destroyForcibly);
        if (commands.isPresent()) commands.get().close();
    }
}

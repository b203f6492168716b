package dev.millrace.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A small tree with the real launch scripts, in a folder with a space in its name, and with stand-ins for Maven and
 * Java: they write down how they were called, and make the files that the real ones would make.
 */
final class LaunchWorld {
    private static final String MAVEN = """
            #!/bin/sh
            if [ "$1" = -v ]; then echo "Apache Maven $MAVEN_IS"; exit; fi
            echo "$*" >>"$WORLD/maven.calls"
            while [ -e "$WORLD/maven.waits" ]; do sleep 0.02; done
            if [ -e "$WORLD/maven.fails" ]; then echo 'cannot compile it'; exit 1; fi
            modules='cli health-check'
            case $* in *tools/bench*) modules='cli health-check bench' ;; esac
            case $* in *tools/soak*) modules='cli health-check soak' ;; esac
            for module in $modules; do
              target=$MILLRACE_HOME/tools/$module/target
              mkdir -p "$target/lib"
              echo jar >"$target/lib/service-core.jar"
              [ -e "$target/$module.jar" ] || echo jar >"$target/$module.jar"
            done
            """;

    private static final String JAVA = """
            #!/bin/sh
            for argument; do
              case $argument in
                -XX:ArchiveClassesAtExit=*)
                  echo archived >>"$WORLD/java.archives"
                  [ -e "$WORLD/archive.fails" ] && exit 1
                  echo archive >"${argument#*=}"
                  exit ;;
                -Xshare:on) [ -e "$WORLD/archive.crashes" ] && exit 134; exit 0 ;;
              esac
            done
            echo "home $MILLRACE_HOME"
            for argument; do echo "[$argument]"; done
            """;

    private final Path world;
    private final Path root;
    private final Map<String, String> environment = new HashMap<>();

    /** What a run of a script came to. */
    record Run(int code, String out, String err) {}

    LaunchWorld(Path folder) throws IOException {
        world = folder.toRealPath();
        root = world.resolve("a tree");
        Path ours = Tree.ofThisBuild().root();
        for (String file : List.of("millrace", "health_check", "tools/launch.sh")) copy(ours.resolve(file), file);
        write(root.resolve("pom.xml"), "<project/>");
        write(root.resolve("tools/cli/src/main/java/A.java"), "class A {}");
        script(world.resolve("bin/mvn"), MAVEN);
        environment.put("PATH", world.resolve("bin") + ":/usr/bin:/bin");
        environment.put("WORLD", world.toString());
        mavenIs("3.8.6");
        javaIs("17.0.1");
    }

    private void copy(Path from, String to) throws IOException {
        script(root.resolve(to), Files.readString(from));
    }

    Path root() {
        return root;
    }

    Path world() {
        return world;
    }

    /** JAVA_HOME names a JDK of this version from now on. */
    void javaIs(String version) throws IOException {
        Path home = world.resolve("jdk-" + version);
        script(home.resolve("bin/java"), JAVA);
        script(home.resolve("bin/javac"), "#!/bin/sh\n");
        write(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nLIBC=\"gnu\"\n");
        environment.put("JAVA_HOME", home.toString());
    }

    void mavenIs(String version) {
        environment.put("MAVEN_IS", version);
    }

    void environment(String name, String value) {
        environment.put(name, value);
    }

    /** From now on the scripts find no more than the named programs of this machine, and what the world brings. */
    void onlyPrograms(String... names) throws IOException {
        Path few = Files.createDirectories(world.resolve("few"));
        for (String name : names) {
            Path program = Files.exists(Path.of("/usr/bin", name)) ? Path.of("/usr/bin", name) : Path.of("/bin", name);
            Files.createSymbolicLink(few.resolve(name), program);
        }
        environment.put("PATH", few.toString());
    }

    /** Puts a mark that changes what the stand-ins do: maven.fails, maven.waits, archive.fails, archive.crashes. */
    void mark(String name) throws IOException {
        write(world.resolve(name), "");
    }

    void unmark(String name) throws IOException {
        Files.delete(world.resolve(name));
    }

    /** Writes a file of the tree; after {@link #age()} it is newer than everything else. */
    void edit(String file) throws IOException {
        write(root.resolve(file), "edited");
    }

    /** Makes everything in the tree an hour older, so that what is written next is newer without waiting. */
    void age() throws IOException {
        try (var files = Files.walk(root)) {
            for (Path path : files.toList()) {
                Instant then = Files.getLastModifiedTime(path).toInstant().minusSeconds(3600);
                Files.setLastModifiedTime(path, FileTime.from(then));
            }
        }
    }

    int builds() throws IOException {
        return linesOf("maven.calls");
    }

    int archives() throws IOException {
        return linesOf("java.archives");
    }

    private int linesOf(String name) throws IOException {
        Path file = world.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    Run run(String... command) throws IOException, InterruptedException {
        return runIn(world, command);
    }

    Run runIn(Path folder, String... command) throws IOException, InterruptedException {
        return start(folder, command).end();
    }

    /** Starts a command in a folder; one without a slash is a script of the tree. */
    Started start(Path folder, String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(command));
        if (!command[0].contains("/")) line.set(0, root.resolve(command[0]).toString());
        Path out = Files.createTempFile(world, "run", ".out");
        Path err = Files.createTempFile(world, "run", ".err");
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Started(builder.start(), out, err);
    }

    /** A script that runs. */
    record Started(Process process, Path out, Path err) {
        Run end() throws IOException, InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it hangs, after saying: " + Files.readString(err));
            }
            return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(UTF_8));
    }

    private static void script(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

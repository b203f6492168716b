package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.TaskResult;
import dev.millrace.settings.ServeOptions;
import dev.millrace.task.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a worker's process finds an app's classes: in jars and folders of the app's folder, and nowhere else. */
class AppClassPathTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String OFFERED = "META-INF/services/dev.millrace.worker.TaskHandler";

    @TempDir
    Path home;

    @TempDir
    Path workshop;

    /** A folder with a compiled handler, say InLibHandler for the kind "in-lib", and its announcement. */
    private Path compiled(String name) throws IOException {
        Path source = Files.writeString(
                Files.createDirectories(workshop.resolve(name)).resolve(name + "Handler.java"),
                "public final class " + name + "Handler implements dev.millrace.worker.TaskHandler {\n"
                        + "    @Override public Object handle(dev.millrace.worker.TaskContext task) {\n"
                        + "        return getClass().getProtectionDomain().getCodeSource().getLocation().toString();\n"
                        + "    }\n}\n");
        Path classes = Files.createDirectories(workshop.resolve(name + "-classes/META-INF/services"))
                .resolve("../..")
                .normalize();
        Files.writeString(classes.resolve(OFFERED), name + "Handler\n");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int failed = compiler.run(
                null,
                OutputStream.nullOutputStream(),
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
        assertThat(failed).isZero();
        return classes;
    }

    private void jar(String name, Path target) throws IOException {
        Path classes = compiled(name);
        Files.createDirectories(target.getParent());
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(target))) {
            for (String entry : List.of(OFFERED, name + "Handler.class")) {
                jar.putNextEntry(new JarEntry(entry));
                Files.copy(classes.resolve(entry), jar);
                jar.closeEntry();
            }
        }
    }

    private static TaskResult run(Service service, String kind) throws Exception {
        return service.submit(Task.of(kind)).await(SOON);
    }

    @Test
    void jars_of_lib_target_and_target_lib_and_the_classes_of_target_are_found_when_nothing_is_said() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service service = app.open()) {
            Path folder = app.env.appFolder();
            jar("InLib", folder.resolve("lib/a.jar"));
            jar("InTarget", folder.resolve("target/app.jar"));
            jar("InTargetLib", folder.resolve("target/lib/b.jar"));
            Files.move(compiled("InClasses"), folder.resolve("target/classes"));
            jar("InNone", folder.resolve("lib/deeper/c.jar"));
            service.serve(Action.START, TestApp.workers(1));
            assertThat(run(service, "in-lib").result().asText()).endsWith("/testapp/lib/a.jar");
            assertThat(run(service, "in-target").result().asText()).endsWith("/testapp/target/app.jar");
            assertThat(run(service, "in-target-lib").result().asText()).endsWith("/testapp/target/lib/b.jar");
            assertThat(run(service, "in-classes").result().asText()).endsWith("/testapp/target/classes/");
            assertThat(run(service, "in-none").error().orElseThrow())
                    .contains("no handler for kind 'in-none'")
                    .contains("in-lib");
            service.serve(Action.STOP, ServeOptions.defaults());
        }
    }

    @Test
    void the_key_classpath_says_it_all() throws Exception {
        try (TestApp app = TestApp.in(home, "classpath = [\"mine/*.jar\", \"out\"]");
                Service service = app.open()) {
            Path folder = app.env.appFolder();
            jar("InMine", folder.resolve("mine/a.jar"));
            Files.move(compiled("InOut"), folder.resolve("out"));
            jar("InLib", folder.resolve("lib/a.jar"));
            service.serve(Action.START, TestApp.workers(1));
            assertThat(run(service, "in-mine").isDone()).isTrue();
            assertThat(run(service, "in-out").isDone()).isTrue();
            assertThat(run(service, "in-lib").error().orElseThrow())
                    .contains("no handler for kind 'in-lib'")
                    .contains("in-mine", "in-out");
            service.serve(Action.STOP, ServeOptions.defaults());
        }
    }
}

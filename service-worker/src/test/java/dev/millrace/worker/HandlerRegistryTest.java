package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandlerRegistryTest {
    @TempDir
    Path folder;

    /** Found by its annotation. */
    @Kind("annotated")
    public static final class Annotated implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            return 1;
        }
    }

    /** Found by its name. */
    public static final class SendMailHandler implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            return 2;
        }
    }

    /** No handler at all. */
    public static final class Stranger {}

    /** Cannot be made. */
    public static final class Shy implements TaskHandler {
        public Shy(String needed) {
            if (needed.isEmpty()) throw new IllegalArgumentException("needed");
        }

        @Override
        public Object handle(TaskContext task) {
            return 3;
        }
    }

    private ClassLoader offering(Class<?>... types) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        StringBuilder names = new StringBuilder();
        for (Class<?> type : types) names.append(type.getName()).append('\n');
        Files.writeString(services.resolve(TaskHandler.class.getName()), names);
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
    }

    @Test
    void offered_handlers_are_found_under_their_annotation_or_their_name() throws Exception {
        HandlerRegistry registry =
                HandlerRegistry.load(offering(Annotated.class, SendMailHandler.class), Map.of(), "annotated");
        assertThat(registry.find(Optional.of("annotated"))).containsInstanceOf(Annotated.class);
        assertThat(registry.find(Optional.of("send-mail"))).containsInstanceOf(SendMailHandler.class);
        assertThat(registry.find(Optional.empty())).containsInstanceOf(Annotated.class);
        assertThat(registry.find(Optional.of("other"))).isEmpty();
    }

    @Test
    void the_only_handler_also_gets_tasks_without_a_kind() throws Exception {
        assertThat(HandlerRegistry.load(offering(SendMailHandler.class), Map.of(), "")
                        .find(Optional.empty()))
                .containsInstanceOf(SendMailHandler.class);
        assertThat(HandlerRegistry.load(offering(Annotated.class, SendMailHandler.class), Map.of(), "")
                        .find(Optional.empty()))
                .isEmpty();
    }

    @Test
    void settings_name_handlers_by_class_and_win() throws Exception {
        HandlerRegistry registry = HandlerRegistry.load(
                offering(Annotated.class), Map.of("annotated", SendMailHandler.class.getName()), "");
        assertThat(registry.find(Optional.of("annotated"))).containsInstanceOf(SendMailHandler.class);
    }

    @Test
    void what_is_wrong_is_named() throws Exception {
        ClassLoader loader = offering();
        assertThatThrownBy(() -> HandlerRegistry.load(loader, Map.of("a", "no.such.Handler"), ""))
                .hasMessageContaining("[service.handlers] a")
                .hasMessageContaining("no.such.Handler")
                .hasMessageContaining("class path");
        assertThatThrownBy(() -> HandlerRegistry.load(loader, Map.of("a", Stranger.class.getName()), ""))
                .hasMessageContaining("does not implement");
        assertThatThrownBy(() -> HandlerRegistry.load(loader, Map.of("a", Shy.class.getName()), ""))
                .hasMessageContaining("public constructor without parameters");
        assertThatThrownBy(() -> HandlerRegistry.load(loader, Map.of(), "missing"))
                .hasMessageContaining("default_kind 'missing'");
    }

    @Test
    void two_handlers_for_one_kind_are_refused() throws Exception {
        ClassLoader loader = offering(Annotated.class, SendMailHandler.class);
        Path services = folder.resolve("META-INF/services/" + TaskHandler.class.getName());
        Files.writeString(services, Annotated.class.getName() + "\n" + Twin.class.getName() + "\n");
        assertThatThrownBy(() -> HandlerRegistry.load(loader, Map.of(), ""))
                .hasMessageContaining("'annotated' has two handlers");
    }

    /** Of the same kind as another. */
    @Kind("annotated")
    public static final class Twin implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            return 4;
        }
    }
}

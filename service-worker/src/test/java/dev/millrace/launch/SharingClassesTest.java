package dev.millrace.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers start with the archive of classes that lies beside the program, and without where it does not fit. */
class SharingClassesTest {
    private static final String VERSION = "17.0.1+12";

    @TempDir
    Path folder;

    private Path archive;

    @BeforeEach
    void layOut() throws IOException {
        archive = Files.writeString(folder.resolve("cli-" + VERSION + ".jsa"), "classes");
    }

    private String classPath(String first) {
        return folder.resolve(first) + File.pathSeparator + folder.resolve("classes");
    }

    @Test
    void the_archive_beside_the_first_jar_is_taken() {
        assertThat(WorkerCommand.sharingClasses(classPath("cli.jar"), VERSION))
                .containsExactly("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off");
    }

    @Test
    void another_java_a_class_folder_and_another_jar_have_none() {
        assertThat(WorkerCommand.sharingClasses(classPath("cli.jar"), "21.0.1+9"))
                .isEmpty();
        assertThat(WorkerCommand.sharingClasses(classPath("classes"), VERSION)).isEmpty();
        assertThat(WorkerCommand.sharingClasses(classPath("other.jar"), VERSION))
                .isEmpty();
        assertThat(WorkerCommand.sharingClasses("", VERSION)).isEmpty();
    }

    @Test
    void an_empty_one_says_that_it_was_tried_in_vain() throws IOException {
        Files.writeString(archive, "");
        assertThat(WorkerCommand.sharingClasses(classPath("cli.jar"), VERSION)).isEmpty();
    }
}

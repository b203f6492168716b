package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTextTest {
    private static final TreeText OURS = new TreeText(Tree.ofThisBuild());

    @TempDir
    Path elsewhere;

    @Test
    void no_text_names_a_folder_of_one_machine() {
        assertThat(OURS.pathsOfMachines()).isEmpty();
    }

    @Test
    void no_code_is_marked_as_unfinished() {
        assertThat(OURS.unfinished()).isEmpty();
    }

    @Test
    void every_package_says_where_null_may_be() {
        assertThat(OURS.packagesThatMayBeNull()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "home/ann", "Users/ann", "work", "tmp/x1"})
    void a_folder_of_one_machine_is_found_in_text_and_scripts(String folder) throws IOException {
        String line = "see /" + folder + "/notes";
        write("docs/page.md", "fine\n" + line + "\n");
        write("run", "#!/bin/sh\n" + line + "\n");

        assertThat(text().pathsOfMachines()).containsExactlyInAnyOrder("docs/page.md:2: " + line, "run:2: " + line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~/" + "work/x",
                "docs/" + "work/x",
                "https://host/x",
                "/usr/bin/env",
                "$HOME/" + "work/x",
                "/srv/share/x"
            })
    void a_folder_that_could_be_anywhere_is_fine(String path) throws IOException {
        write("page.md", path + "\n");

        assertThat(text().pathsOfMachines()).isEmpty();
    }

    @Test
    void what_is_built_is_not_looked_at() throws IOException {
        write("core/target/log.md", "/" + "root/x\n");

        assertThat(text().pathsOfMachines()).isEmpty();
    }

    @Test
    void unfinished_code_is_found() throws IOException {
        write("a/A.java", "class A {} // TO" + "DO: name it\n");

        assertThat(text().unfinished()).singleElement().asString().startsWith("a/A.java:1: ");
    }

    @Test
    void a_package_without_a_mark_is_found() throws IOException {
        write("src/a/A.java", "package a;\n");
        write("src/b/B.java", "package b;\n");
        write("src/b/package-info.java", "package b;\n");
        write("src/c/package-info.java", "@NullMarked\npackage c;\n");

        assertThat(text().packagesThatMayBeNull()).containsExactlyInAnyOrderElementsOf(List.of("src/a", "src/b"));
    }

    private TreeText text() {
        return new TreeText(new Tree(elsewhere));
    }

    private void write(String file, String text) throws IOException {
        Path path = elsewhere.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}

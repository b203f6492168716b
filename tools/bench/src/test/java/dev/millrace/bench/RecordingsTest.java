package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingsTest {
    @TempDir
    Path folder;

    @Test
    void the_folder_of_the_recordings_is_made() throws IOException {
        Path place = folder.resolve("not/yet/there");
        new Recordings(Optional.of(place)).prepare();
        assertThat(place).isDirectory();
    }

    @Test
    void without_a_folder_nothing_is_recorded() throws IOException {
        new Recordings(Optional.empty()).prepare();
        assertThat(folder).isEmptyDirectory();
    }
}

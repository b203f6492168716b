package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/** TOML for those who read something else than settings. */
public interface TomlDocument {
    /**
     * A file's content as JSON; dates and times become text.
     *
     * @throws SettingsException naming file and line when it cannot be read or is not TOML
     */
    static ObjectNode read(Path file) {
        return TomlFile.read(file).whole();
    }
}

package dev.millrace.settings;

import java.nio.file.Path;
import java.util.Optional;

/** A setting that cannot be used. The message names the file and line when there are any, the key, and the way out. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final int line;
    private final String key;
    private final String problem;

    private SettingsException(String file, int line, String key, String problem) {
        super(place(file, line) + (key.isEmpty() ? "" : key + " ") + problem);
        this.file = file;
        this.line = line;
        this.key = key;
        this.problem = problem;
    }

    /** A wrong value that came from no file; {@code problem} completes "key ...". */
    public static SettingsException of(String key, String problem) {
        return new SettingsException("", 0, key, problem);
    }

    /** Something wrong in a file. A line of 0 is unknown, an empty key is the whole file. */
    public static SettingsException in(Path file, int line, String key, String problem) {
        return new SettingsException(file.toString(), line, key, problem);
    }

    /** The same problem, with the place where the value stands. */
    SettingsException at(Path place, int lineThere, String keyThere) {
        return new SettingsException(place.toString(), lineThere, keyThere, problem);
    }

    private static String place(String file, int line) {
        if (file.isEmpty()) return "";
        return line > 0 ? file + ":" + line + ": " : file + ": ";
    }

    /** The file, when the setting came from one. */
    public Optional<Path> file() {
        return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
    }

    /** The line in the file from 1; 0 when unknown. */
    public int line() {
        return line;
    }

    /** The key, dotted with its table when it stands in a file; empty when the whole file is meant. */
    public String key() {
        return key;
    }

    /** What is wrong and what would be right, completing "key ...". */
    public String problem() {
        return problem;
    }
}

package dev.millrace.job;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/** The file of a job is there, and nobody can understand it. */
public final class DamagedJobException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    DamagedJobException(Path file, String reason, Exception cause) {
        super(file.toString(), null, reason + "; mend it, or take it away to forget the job");
        initCause(cause);
    }

    /** Never null. */
    @Override
    public String getReason() {
        return Optional.ofNullable(super.getReason()).orElse("");
    }
}

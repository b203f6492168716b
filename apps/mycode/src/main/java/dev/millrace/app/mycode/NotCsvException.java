package dev.millrace.app.mycode;

import java.io.IOException;

/** What is read is no CSV text; the message says where and why, and completes "the file ...". */
final class NotCsvException extends IOException {
    private static final long serialVersionUID = 1L;

    NotCsvException(String problem) {
        super(problem);
    }
}

package dev.millrace.app.mycode;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Formats that people take for CSV, known by their first bytes (one character each), each with its way out. */
enum FileSignature {
    GZIP("is compressed by gzip; unpack it with gunzip", "\u001F\u008B"),
    ZSTD("is compressed by zstd; unpack it with unzstd", "(\u00B5/\u00FD"),
    ZIP("is a zip archive or a spreadsheet (xlsx, ods); unpack it, or export the sheet as CSV", "PK\u0003\u0004"),
    XLS("is a spreadsheet (xls); export the sheet as CSV", "\u00D0\u00CF\u0011\u00E0"),
    PARQUET("is a Parquet file; export it as CSV", "PAR1"),
    PDF("is a PDF document; extract its table as CSV", "%PDF-"),
    PNG("is a picture (PNG); name a CSV file", "\u0089PNG"),
    UTF_16_LITTLE("is UTF-16 text; save it as UTF-8, for example with: iconv -f UTF-16 -t UTF-8", "\u00FF\u00FE"),
    UTF_16_BIG("is UTF-16 text; save it as UTF-8, for example with: iconv -f UTF-16 -t UTF-8", "\u00FE\u00FF");

    private final String problem;
    private final String start;

    FileSignature(String problem, String start) {
        this.problem = problem;
        this.start = start;
    }

    /** The format of a file that starts with the remaining bytes; null when none of these. */
    static @Nullable FileSignature of(ByteBuffer bytes) {
        for (FileSignature signature : values()) if (signature.matches(bytes)) return signature;
        return null;
    }

    private boolean matches(ByteBuffer bytes) {
        if (bytes.remaining() < start.length()) return false;
        for (int i = 0; i < start.length(); i++)
            if ((bytes.get(bytes.position() + i) & 0xFF) != start.charAt(i)) return false;
        return true;
    }

    /** Completes "the file ...". */
    String problem() {
        return problem;
    }
}

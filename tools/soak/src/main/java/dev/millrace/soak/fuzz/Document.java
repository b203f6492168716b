package dev.millrace.soak.fuzz;

import java.nio.file.Path;

/**
 * A made-up document.
 *
 * @param kind what it was to be
 * @param place where it was put
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares documents
record Document(String kind, Path place, byte[] content) {}

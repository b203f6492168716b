package dev.millrace.app.mycode;

/** A value, shortened when it is long, and how often it was seen, at least. */
record Frequency(String value, long count) {}

package dev.millrace.app.mycode;

/** Where a row was left out, and why. */
record BadRow(long line, String reason) {}

package dev.millrace.app.mycode;

import java.io.Reader;

/** Hands one record at a time to a parser, which never sees, and so never waits for, the next one. */
final class RecordFeed extends Reader {
    private String text = "";
    private int next;

    /** The record that is read next. The one before must have been read. */
    void offer(String record) {
        text = record + "\n";
        next = 0;
    }

    @Override
    public int read(char[] target, int from, int length) {
        int count = Math.min(length, text.length() - next);
        if (count == 0) throw new IllegalStateException("the parser reads beyond the record that it was given");
        text.getChars(next, next + count, target, from);
        next += count;
        return count;
    }

    @Override
    public void close() {}
}

package dev.millrace.json;

/** Texts of others, which may be of any length, where many of them are kept. */
public interface Texts {
    /** The most characters of an error, or of a reason, that are kept beside the task's own document. */
    int LONGEST = 1_000;

    /** So that what was shortened once stays as it is. */
    int ITS_NOTE = 40;

    /** The beginning of a text that is much longer than {@value #LONGEST} characters, and how long it was. */
    static String shortened(String text) {
        return text.length() <= LONGEST + ITS_NOTE
                ? text
                : text.substring(0, wholeCharacters(text)) + "... (" + text.length() + " characters)";
    }

    /** Half of a character cannot be written. */
    private static int wholeCharacters(String text) {
        return Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    }
}

package dev.millrace.app.mycode;

/** Text as it is kept and shown: long values are cut, so that no file can fill the memory or the result. */
final class ShownText {
    /** The most characters that are kept of a value or a name. */
    static final int LONGEST = 60;

    private ShownText() {}

    /** The text, or its first {@value #LONGEST} characters and an ellipsis. Never cuts a character in two. */
    static String of(String text) {
        if (text.length() <= LONGEST) return text;
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "…";
    }
}

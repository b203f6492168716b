package dev.millrace.app.mycode;

/** How far two words are apart, to guess what was meant. */
final class EditDistance {
    private static final int READ = 100;

    private EditDistance() {}

    /** The fewest letters to add, drop or change; only the first {@value #READ} letters count. */
    static int between(String one, String other) {
        String from = one.substring(0, Math.min(READ, one.length()));
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 0; i < from.length(); i++) row = nextRow(row, from.charAt(i), other);
        return row[other.length()];
    }

    private static int[] nextRow(int[] above, char letter, String other) {
        int[] row = new int[above.length];
        row[0] = above[0] + 1;
        for (int j = 1; j < row.length; j++) {
            int changed = above[j - 1] + (letter == other.charAt(j - 1) ? 0 : 1);
            row[j] = Math.min(changed, Math.min(above[j], row[j - 1]) + 1);
        }
        return row;
    }
}

package dev.millrace.testkit;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who went on before each operation, in order, by the actors' numbers. Written down as {@code a12b3a1}: twelve times the first
 * actor, three times the second, once the first.
 */
final class Turns {
    private static final Pattern STRETCH = Pattern.compile("([a-z])([1-9][0-9]{0,6})");

    private byte[] actors = new byte[256];
    private int count;

    void add(int actor) {
        if (count == actors.length) actors = Arrays.copyOf(actors, 2 * count);
        actors[count++] = (byte) actor;
    }

    int count() {
        return count;
    }

    int actorAt(int turn) {
        return actors[turn];
    }

    static Turns of(String text) {
        Turns turns = new Turns();
        Matcher stretch = STRETCH.matcher(text);
        int at = 0;
        for (; stretch.find(at) && stretch.start() == at; at = stretch.end())
            for (int i = Integer.parseInt(stretch.group(2)); i > 0; i--)
                turns.add(stretch.group(1).charAt(0) - 'a');
        if (at < text.length()) throw new IllegalArgumentException("turns are written as a12b3a1, not '" + text + "'");
        return turns;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int at = 0, next; at < count; at = next) {
            next = at + 1;
            while (next < count && actors[next] == actors[at]) next++;
            text.append((char) ('a' + actors[at])).append(next - at);
        }
        return text.toString();
    }
}

package dev.millrace.cli;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts what is wrong with a command line into words for people: the parser names the types of Java. */
final class ParseProblems {
    private ParseProblems() {}

    static String sentence(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) return unmatched(unmatched);
        String wanted = wanted(e.getArgSpec());
        if (wanted.isEmpty() || e.getValue() == null) return String.valueOf(e.getMessage());
        return name(e.getArgSpec()) + " must be " + wanted + ", not '" + e.getValue() + "'";
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().get(0);
        if (!first.startsWith("-")) return "nothing is known of the argument '" + first + "'; one too many?";
        List<String> near = e.getSuggestions();
        return "there is no option '" + first + "'"
                + (near.isEmpty() ? "" : "; did you mean " + near.get(0).strip() + "?");
    }

    private static String wanted(@org.jspecify.annotations.Nullable ArgSpec arg) {
        if (arg == null) return "";
        Class<?> type = arg.type();
        if (type == int.class || type == Integer.class) return "a whole number";
        return type == double.class || type == Double.class ? "a number" : "";
    }

    private static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }
}

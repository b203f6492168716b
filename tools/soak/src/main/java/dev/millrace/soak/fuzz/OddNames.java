package dev.millrace.soak.fuzz;

import java.util.List;
import java.util.random.RandomGenerator;

/** Names of files that nobody should have chosen: whatever a file may be called, in letters that every machine can spell. */
final class OddNames {
    private static final int LONGEST = 255;
    private static final List<String> PIECES = List.of(
            ".",
            "..",
            " ",
            "-",
            "--",
            "~",
            "+",
            "+0",
            "+999999",
            "@",
            "\\",
            "\n",
            "\t",
            "\u0001",
            "\u007f",
            "\"",
            "%s%n",
            "${x}",
            "*",
            ".draft-",
            ".why",
            ".why.json",
            ".json",
            ".task",
            ".task.json",
            ".task.pkl",
            ".batch.jsonl",
            ".a0r0",
            ".a1r1",
            ".a-1r1",
            ".a999999r99999999",
            ".a9999999999r9999999999",
            ".n0",
            ".n9999999",
            ".n99999999999",
            ".p0d0f0c0r0s0",
            ".p9d9f9c9r9s9",
            ".p999999999d9999999f9999999c9999999r99999999s2",
            "0000000000000-",
            "9999999999999-",
            "99999999999999999999999-",
            "51767268800000000abcd-",
            "k01234567-",
            "0123456789abcdef0123456789abcdef",
            "null",
            "x".repeat(90),
            "x".repeat(240));

    private final RandomGenerator random;

    OddNames(RandomGenerator random) {
        this.random = random;
    }

    /** Another name than this one; what it holds of the task's own name stays in it. */
    String of(String model, String own) {
        int at = model.indexOf(own);
        String front = model.substring(0, at);
        String back = model.substring(at + own.length());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            if (random.nextInt(3) == 0) front = changed(front);
            else back = changed(back);
        }
        String shortened = front.substring(0, Math.min(front.length(), LONGEST - own.length()));
        return shortened
                + own
                + back.substring(0, Math.min(back.length(), LONGEST - own.length() - shortened.length()));
    }

    private String changed(String part) {
        int from = random.nextInt(part.length() + 1);
        int to = Math.min(part.length(), from + random.nextInt(6));
        return switch (random.nextInt(5)) {
            case 0 -> part.substring(0, from) + part.substring(to);
            case 1 -> part.substring(0, to) + part.substring(from);
            default -> part.substring(0, from) + PIECES.get(random.nextInt(PIECES.size())) + part.substring(from);
        };
    }
}

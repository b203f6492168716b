package dev.millrace.soak.fuzz;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Command lines: understood, or refused in order. */
final class LineRound implements Round {
    private static final int DOCUMENTS = 20;
    private static final List<String> WORDS = List.of(
            "--kills",
            "--tasks",
            "--workers",
            "--minutes",
            "--seed",
            "--folder",
            "--durability",
            "--faults",
            "--json",
            "--keep",
            "--seeds",
            "--fuzz",
            "--help",
            "--kills=3",
            "--faults=kill,stop",
            "--seeds=1..9",
            "--durability=os",
            "fsync",
            "kill,,stop",
            "9..1",
            "1..",
            "..",
            "-",
            "--",
            "@file",
            "-1",
            "1e9",
            "99999999999999999999",
            "=",
            "--=");

    private final Predicate<String[]> reader;
    private final Mutations mutations;
    private final RandomGenerator random;
    private final List<Document> documents = new ArrayList<>();
    private long refused;

    LineRound(Predicate<String[]> reader, RandomGenerator random) {
        this.reader = reader;
        this.random = random;
        this.mutations = new Mutations(random);
    }

    @Override
    public void run() {
        for (int i = 0; i < DOCUMENTS; i++) {
            String[] words = new String[random.nextInt(6)];
            for (int word = 0; word < words.length; word++) words[word] = word();
            documents.add(new Document(
                    "command line", Path.of("line"), String.join("\n", words).getBytes(StandardCharsets.UTF_8)));
            synchronized (reader) { // which other rounds have, too
                if (!reader.test(words)) refused++;
            }
        }
    }

    private String word() {
        String word = WORDS.get(random.nextInt(WORDS.size()));
        return switch (random.nextInt(6)) {
            case 0 -> mutations.text();
            case 1 -> word + mutations.text();
            case 2 -> new String(mutations.of(word.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
            default -> word;
        };
    }

    @Override
    public List<Document> documents() {
        return documents;
    }

    @Override
    public long refused() {
        return refused;
    }
}

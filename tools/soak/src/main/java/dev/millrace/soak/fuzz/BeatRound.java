package dev.millrace.soak.fuzz;

import dev.millrace.json.Json;
import dev.millrace.liveness.Heartbeat;
import dev.millrace.liveness.Heartbeats;
import dev.millrace.liveness.LivenessWatch;
import dev.millrace.liveness.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Heartbeats: those that are none are passed over, the good one beside them is seen, and looking changes nothing. */
final class BeatRound implements Round {
    private static final int DOCUMENTS = 12;
    private static final String INCARNATION = "fedcba9876543210fedcba9876543210";

    private final FuzzWorld world;
    private final Mutations mutations;
    private final RandomGenerator random;
    private final List<Document> documents = new ArrayList<>();
    private long refused;

    BeatRound(FuzzWorld world, RandomGenerator random) {
        this.world = world;
        this.random = random;
        this.mutations = new Mutations(random);
    }

    @Override
    public void run() throws IOException, InterruptedException {
        Path folder = world.layout().heartbeats();
        Heartbeat good = Template.heartbeat("good", INCARNATION, world.time().epochSeconds());
        Heartbeats.write(world.disk(), folder, good);
        for (int i = 0; i < DOCUMENTS; i++) {
            String worker = "w" + random.nextInt(4);
            byte[] model = Json.bytes(Template.heartbeat(
                            worker, "0".repeat(31) + i % 10, world.time().epochSeconds())
                    .toJson());
            documents.add(new Document(
                    "heartbeat", folder.resolve("%03d-%s.json".formatted(i + 1, worker)), mutations.of(model)));
        }
        for (Document document : documents) world.write(document.place(), document.content());
        Map<Path, byte[]> before = world.files();
        look(folder);
        Map<Path, byte[]> after = world.files();
        if (!before.keySet().equals(after.keySet())
                || !before.keySet().stream().allMatch(file -> Arrays.equals(before.get(file), after.get(file))))
            throw new IllegalStateException("looking at heartbeats changed files");
    }

    private void look(Path folder) throws IOException, InterruptedException {
        Map<String, Heartbeat> read = Heartbeats.readAll(world.disk(), folder);
        if (!read.containsKey("good")) throw new IllegalStateException("the good heartbeat was not seen");
        refused = (long) DOCUMENTS + 1 - read.size();
        for (Heartbeat beat : read.values()) Heartbeat.fromJson(beat.toJson());
        LivenessWatch watch =
                LivenessWatch.over(world.disk(), folder, Processes.local(), world.time(), Duration.ofSeconds(2));
        watch.look();
        world.time().advance(Duration.ofSeconds(1));
        watch.lookOnce(Duration.ofSeconds(1));
        world.time().advance(Duration.ofSeconds(5));
        watch.look();
        read.values().forEach(beat -> watch.isDead(beat.incarnation()));
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

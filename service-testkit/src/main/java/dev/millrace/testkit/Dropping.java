package dev.millrace.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.storage.Disk;
import dev.millrace.storage.Durability;
import dev.millrace.task.TaskState;
import dev.millrace.task.UniquePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Another program that drops task files with unique keys into pending/. It forces what it has written, for one that is
 * torn by a power cut is no task; but not always its name, and then nobody was promised that the file is there.
 */
final class Dropping {
    private static final List<UniquePolicy> POLICIES =
            List.of(UniquePolicy.RETURN_EXISTING, UniquePolicy.DISCARD, UniquePolicy.REPLACE, UniquePolicy.DEBOUNCE);

    private static final int WINDOW_SECONDS = 4;

    private final World world;

    Dropping(World world) {
        this.world = world;
    }

    void drop(Actor me) throws IOException {
        UniquePolicy policy = POLICIES.get(world.choices.below(POLICIES.size()));
        String key = Ties.keyFor(policy, world.choices.below(2));
        boolean forced = world.choices.below(2) == 0;
        String stem = "dropped" + world.counts.tasks++ + "-" + me.number;
        world.ledger.ties.hasKey(stem, key);
        world.note(stem + " has the key " + key + " and the policy " + policy.word());
        write(world.diskOf(me), stem, document(key, policy), forced);
        if (forced) world.ledger.acknowledged(stem, world.queueOptions.maxRescues() + 1);
    }

    private void write(Disk disk, String stem, ObjectNode document, boolean forced) throws IOException {
        Path folder = world.layout.folder(TaskState.PENDING);
        Path draft = folder.resolve(stem + ".draft");
        disk.create(draft, Json.bytes(document), Durability.FSYNC);
        disk.rename(draft, folder.resolve(stem + ".task.json"));
        if (forced) disk.forceFolder(folder);
    }

    private static ObjectNode document(String key, UniquePolicy policy) {
        ObjectNode document = Json.object().put("schema", "agi.service.task.v1").put("kind", "k");
        document.put("unique_key", key);
        ObjectNode unique = document.putObject("unique").put("policy", policy.word());
        if (policy == UniquePolicy.DEBOUNCE) unique.put("window_sec", WINDOW_SECONDS);
        return document;
    }
}

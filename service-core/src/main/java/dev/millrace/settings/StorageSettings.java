package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.queue.PayloadLimits;
import dev.millrace.storage.Durability;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where things lie and how safe they are.
 *
 * @param queueDir the queue's folder as chosen, see {@link AppEnv#queueFolder}; empty for the default
 * @param healthOutputPath the health document as chosen, see {@link AppEnv#healthFile(Optional)}; empty for the default
 * @param durability what an acknowledged write survives
 * @param shared whether others may write in the queue's folder; when false, such a folder is refused
 * @param payloadLimitBytes the largest value that is kept beside its task, in bytes of its JSON
 * @param payloadQuotaBytes the most bytes of all such values together
 */
public record StorageSettings(
        Optional<Path> queueDir,
        Optional<Path> healthOutputPath,
        Durability durability,
        boolean shared,
        int payloadLimitBytes,
        long payloadQuotaBytes) {

    /** What the queue is told, with the largest result that stands in a document. */
    PayloadLimits payloads(int inline) {
        return new PayloadLimits(inline, Math.max(inline, payloadLimitBytes), payloadQuotaBytes);
    }

    static StorageSettings of(Values values) {
        return new StorageSettings(
                values.path(SettingKey.SERVICE_QUEUE_DIR),
                values.path(SettingKey.HEALTH_OUTPUT_PATH),
                values.durability().orElseThrow(),
                values.flag(SettingKey.SHARED).orElseThrow(),
                values.whole(SettingKey.PAYLOAD_LIMIT_BYTES).orElseThrow(),
                values.bytes(SettingKey.PAYLOAD_QUOTA_BYTES).orElseThrow());
    }

    void putInto(ObjectNode json) {
        queueDir.ifPresent(folder -> json.put(SettingKey.SERVICE_QUEUE_DIR.key(), folder.toString()));
        healthOutputPath.ifPresent(file -> json.put(SettingKey.HEALTH_OUTPUT_PATH.key(), file.toString()));
        json.put(SettingKey.DURABILITY.key(), durability.word());
        json.put(SettingKey.SHARED.key(), shared);
        json.put(SettingKey.PAYLOAD_LIMIT_BYTES.key(), payloadLimitBytes);
        json.put(SettingKey.PAYLOAD_QUOTA_BYTES.key(), payloadQuotaBytes);
    }
}

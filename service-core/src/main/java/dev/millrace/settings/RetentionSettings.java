package dev.millrace.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * What is kept of the past. In both limits 0 means "no limit". AGILAB reads {@code max_files = 0} as "keep none", which
 * with {@code ttl = 0} as "no limit" beside it has cost people their results; to keep little, set 1 or a short ttl.
 *
 * @param done tasks that are done
 * @param failed tasks that failed or were refused
 * @param cancelled tasks that were called off; as {@code done} where nothing else was said
 * @param heartbeats heartbeats of workers that are gone; a live worker's is never removed
 */
public record RetentionSettings(Keep done, Keep failed, Keep cancelled, Keep heartbeats) {

    /**
     * How much of one kind is kept: what is older than {@code ttl} goes, then the oldest beyond {@code maxFiles}.
     *
     * @param ttl the greatest age; zero is no limit
     * @param maxFiles the most files; 0 is no limit
     */
    public record Keep(Duration ttl, int maxFiles) {
        /** @throws SettingsException when a limit is negative */
        public Keep {
            if (ttl.isNegative()) throw SettingsException.of("ttl", "must not be negative: " + ttl);
            if (maxFiles < 0) throw SettingsException.of("max_files", "must not be negative: " + maxFiles);
        }

        /** True when files are removed for their age. */
        public boolean limitsAge() {
            return !ttl.isZero();
        }

        /** True when files are removed for their number. */
        public boolean limitsCount() {
            return maxFiles > 0;
        }
    }

    static RetentionSettings of(Values values) {
        Keep done = keep(values, SettingKey.CLEANUP_DONE_TTL, SettingKey.CLEANUP_DONE_MAX_FILES);
        return new RetentionSettings(
                done,
                keep(values, SettingKey.CLEANUP_FAILED_TTL, SettingKey.CLEANUP_FAILED_MAX_FILES),
                new Keep(
                        values.seconds(SettingKey.CLEANUP_CANCELLED_TTL).orElse(done.ttl()),
                        values.whole(SettingKey.CLEANUP_CANCELLED_MAX_FILES).orElse(done.maxFiles())),
                keep(values, SettingKey.CLEANUP_HEARTBEAT_TTL, SettingKey.CLEANUP_HEARTBEAT_MAX_FILES));
    }

    private static Keep keep(Values values, SettingKey ttl, SettingKey maxFiles) {
        return new Keep(
                values.seconds(ttl).orElseThrow(), values.whole(maxFiles).orElseThrow());
    }

    /** What is as with done tasks is left out, so that it follows them when a call gives another value for those. */
    void putInto(ObjectNode json) {
        put(json, SettingKey.CLEANUP_DONE_TTL, SettingKey.CLEANUP_DONE_MAX_FILES, done);
        put(json, SettingKey.CLEANUP_FAILED_TTL, SettingKey.CLEANUP_FAILED_MAX_FILES, failed);
        if (!cancelled.ttl().equals(done.ttl()))
            json.put(SettingKey.CLEANUP_CANCELLED_TTL.key(), Values.toSeconds(cancelled.ttl()));
        if (cancelled.maxFiles() != done.maxFiles())
            json.put(SettingKey.CLEANUP_CANCELLED_MAX_FILES.key(), cancelled.maxFiles());
        put(json, SettingKey.CLEANUP_HEARTBEAT_TTL, SettingKey.CLEANUP_HEARTBEAT_MAX_FILES, heartbeats);
    }

    private static void put(ObjectNode json, SettingKey ttl, SettingKey maxFiles, Keep keep) {
        json.put(ttl.key(), Values.toSeconds(keep.ttl()));
        json.put(maxFiles.key(), keep.maxFiles());
    }
}

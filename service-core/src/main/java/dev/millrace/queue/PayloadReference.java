package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What stands in a document in the place of a large value: {@code {"$payload":{"sha256":"...","bytes":123}}}.
 *
 * @param sha256 of the file's bytes, 64 hex digits; also the file's name
 * @param bytes the file's length
 */
record PayloadReference(String sha256, long bytes) {
    private static final String KEY = "$payload";
    private static final String SUFFIX = ".json";
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    static PayloadReference to(byte[] content) {
        return new PayloadReference(digest(content), content.length);
    }

    static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** True for an object with the one key that is kept for references. */
    static boolean isMeantBy(JsonNode value) {
        return value.isObject() && value.size() == 1 && value.has(KEY);
    }

    /** Empty when it is not spelled as one. */
    static Optional<PayloadReference> of(JsonNode value) {
        JsonNode inner = value.path(KEY);
        String sha256 = inner.path("sha256").asText("");
        JsonNode bytes = inner.path("bytes");
        boolean right = DIGEST.matcher(sha256).matches() && bytes.isIntegralNumber() && bytes.longValue() >= 0;
        return right ? Optional.of(new PayloadReference(sha256, bytes.longValue())) : Optional.empty();
    }

    String fileName() {
        return sha256 + SUFFIX;
    }

    /** The digest in a file's name; empty when it is no payload's. */
    static Optional<String> digestIn(String fileName) {
        return Optional.of(fileName)
                .filter(name -> name.endsWith(SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .filter(name -> DIGEST.matcher(name).matches());
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.putObject(KEY).put("sha256", sha256).put("bytes", bytes);
        return json;
    }

    /** The same, with what is wrong with it. */
    static JsonNode withProblem(JsonNode reference, String problem) {
        ObjectNode told = reference.deepCopy();
        if (told.get(KEY) instanceof ObjectNode inner) inner.put("problem", problem);
        return told;
    }
}

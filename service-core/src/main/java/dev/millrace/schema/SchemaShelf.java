package dev.millrace.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.everit.json.schema.Schema;
import org.everit.json.schema.loader.SchemaLoader;
import org.json.JSONObject;
import org.json.JSONTokener;

/** Loads each schema once, when it is first asked for: a command that validates nothing does not pay for the validator. */
final class SchemaShelf {
    private static final Map<DocumentSchema, Schema> LOADED = new ConcurrentHashMap<>();

    private SchemaShelf() {}

    static Schema schema(DocumentSchema document) {
        return LOADED.computeIfAbsent(document, SchemaShelf::load);
    }

    private static Schema load(DocumentSchema document) {
        return SchemaLoader.builder()
                .draftV7Support()
                .schemaClient(SchemaShelf::refuse)
                .schemaJson(new JSONObject(new JSONTokener(text(document))))
                .build()
                .load()
                .build();
    }

    private static InputStream refuse(String address) {
        throw new IllegalStateException(
                "a schema refers to " + address + "; schemas refer to nothing outside themselves");
    }

    static String text(DocumentSchema document) {
        try (InputStream resource = DocumentSchema.class.getResourceAsStream(document.resource())) {
            if (resource == null) throw new IllegalStateException("no resource " + document.resource());
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + document.resource(), e);
        }
    }
}

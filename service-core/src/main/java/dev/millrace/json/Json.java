package dev.millrace.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one place where JSON is configured.
 *
 * <p>Reading accepts what Python writes: {@code NaN} and {@code Infinity}, lone surrogates in values, integers of up to
 * {@value #MAX_NUMBER_DIGITS} digits, duplicate keys (the last one counts). It refuses, with a reason, what could harm
 * the reader: nesting beyond {@value #MAX_DEPTH}, lone surrogates in keys, encodings other than UTF-8, anything after the document.
 *
 * <p>Writing is strict JSON in ASCII, so that a lone surrogate leaves as it came and every reader can read it.
 * A double that is not a number leaves as the text {@code "NaN"}.
 */
public interface Json {
    /** The deepest nesting that is read. */
    int MAX_DEPTH = 200;

    /** The most digits of one number. */
    int MAX_NUMBER_DIGITS = 100_000;

    /** The shared mapper. Its configuration is never changed after creation. */
    JsonMapper MAPPER = mapper();

    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_DIGITS)
                        // Whoever reads a file limits its length as a whole.
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        return JsonMapper.builder(factory)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build();
    }

    /**
     * Parses one document.
     *
     * @throws MalformedJsonException with the place and the reason when the bytes are not one acceptable document
     */
    static JsonNode parse(byte[] document) throws MalformedJsonException {
        requireUtf8(document);
        try {
            JsonNode node = MAPPER.readTree(document);
            if (node == null || node.isMissingNode()) throw new MalformedJsonException("is empty");
            return node;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(reason(e));
        } catch (IOException e) {
            throw new MalformedJsonException("is not UTF-8 text: " + e.getMessage());
        }
    }

    /**
     * Reads over a document without keeping it: what {@link #parse} would refuse is refused, for a fraction of the cost.
     *
     * @throws MalformedJsonException with the place and the reason
     */
    static void check(byte[] document) throws MalformedJsonException {
        try (JsonParser parser = MAPPER.createParser(document)) {
            while (parser.nextToken() != null) {
                // nesting, names and numbers are checked as they are passed
            }
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(reason(e));
        } catch (IOException e) {
            throw new MalformedJsonException("is not UTF-8 text: " + e.getMessage());
        }
    }

    /** Parses one document that must be an object, see {@link #parse}. */
    static ObjectNode parseObject(byte[] document) throws MalformedJsonException {
        if (parse(document) instanceof ObjectNode object) return object;
        throw new MalformedJsonException("is JSON, but not an object");
    }

    /** Jackson would guess UTF-16 and UTF-32, and skip a byte order mark; our files are UTF-8 without one. */
    private static void requireUtf8(byte[] document) throws MalformedJsonException {
        if (document.length == 0) throw new MalformedJsonException("is empty");
        if (document[0] == (byte) 0xEF || document[0] == (byte) 0xFE || document[0] == (byte) 0xFF)
            throw new MalformedJsonException("starts with a byte order mark; write UTF-8 without one");
        int shown = Math.min(4, document.length);
        for (int i = 0; i < shown; i++)
            if (document[i] == 0) throw new MalformedJsonException("is not UTF-8 text (a zero byte at " + i + ")");
    }

    private static String reason(JsonProcessingException e) {
        String place = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return "is not acceptable JSON: " + e.getOriginalMessage() + place;
    }

    /** One line, ASCII. */
    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Indented by two, for documents that people read, with a newline at the end. */
    static byte[] indented(Object value) {
        DefaultIndenter twoSpaces = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentArraysWith(twoSpaces);
        printer.indentObjectsWith(twoSpaces);
        ObjectWriter writer = MAPPER.writer(printer);
        try {
            return (writer.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A new, empty object. */
    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Any Java value (map, list, record, text, number, node, null) as a tree. */
    static JsonNode tree(@Nullable Object value) {
        if (value instanceof JsonNode node) return node;
        try {
            return MAPPER.valueToTree(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(
                    "cannot be written as JSON: it is nested too deeply, or contains itself", e);
        }
    }
}

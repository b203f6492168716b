package dev.millrace.rpc.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads what came over a socket: strict JSON in strict UTF-8, one document a line. A byte order mark at the start is
 * passed over; duplicate keys count as their last one.
 */
final class WireJson {
    private static final int MOST_DIGITS = 1_000;
    private static final int CHUNK = 4_096;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Json.MAX_DEPTH)
                            .maxNumberLength(MOST_DIGITS)
                            // The line's length is limited as a whole.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private WireJson() {}

    /** The text of a line, which is sound UTF-8. */
    static ByteBuffer text(ByteBuffer line) throws RpcException {
        ByteBuffer text = withoutMark(line);
        requireUtf8(text);
        return text;
    }

    /** @throws RpcException a parse error that says what is wrong, and nothing of how we found it */
    static JsonNode parse(ByteBuffer text) throws RpcException {
        try {
            JsonNode node = MAPPER.readTree(text.array(), text.arrayOffset() + text.position(), text.remaining());
            if (node == null || node.isMissingNode()) throw bad("empty_line", "the line is empty");
            return node;
        } catch (StreamConstraintsException e) {
            throw bad(
                    "beyond_limits",
                    "the JSON is nested deeper than " + Json.MAX_DEPTH + ", has a number of more than " + MOST_DIGITS
                            + " digits, or a name that is too long");
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " at column " + e.getLocation().getColumnNr();
            throw bad("malformed_json", "the line is not one JSON document" + place);
        } catch (IOException e) {
            throw bad("malformed_json", "the line is not one JSON document");
        }
    }

    /** Counts no further than that, and builds nothing: as a tree, a list of millions takes many times its bytes. */
    static boolean isListOfMoreThan(ByteBuffer text, int most) {
        try (JsonParser parser =
                MAPPER.createParser(text.array(), text.arrayOffset() + text.position(), text.remaining())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) return false;
            for (int count = 0; count <= most; count++) {
                JsonToken next = parser.nextToken();
                if (next == null || next == JsonToken.END_ARRAY) return false;
                parser.skipChildren();
            }
            return true;
        } catch (IOException whatParseTells) {
            return false;
        }
    }

    static RpcException bad(String reason, String message) {
        return RpcException.of(RpcErrorCode.PARSE_ERROR, reason, message);
    }

    private static ByteBuffer withoutMark(ByteBuffer line) {
        ByteBuffer text = line.duplicate();
        int at = text.position();
        boolean marked = text.remaining() >= 3
                && text.get(at) == (byte) 0xEF
                && text.get(at + 1) == (byte) 0xBB
                && text.get(at + 2) == (byte) 0xBF;
        return marked ? text.position(at + 3) : text;
    }

    /** Jackson takes overlong forms for what they mean, and zero bytes for UTF-16. */
    private static void requireUtf8(ByteBuffer text) throws RpcException {
        for (int i = text.position(); i < text.limit(); i++) {
            byte one = text.get(i);
            if (one == 0) throw bad("malformed_json", "the line has a zero byte");
            if (one < 0) {
                requireUtf8From(text.duplicate().position(i));
                return;
            }
        }
    }

    private static void requireUtf8From(ByteBuffer text) throws RpcException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chunk = CharBuffer.allocate(CHUNK);
        CoderResult result = CoderResult.OVERFLOW;
        while (result.isOverflow()) {
            result = decoder.decode(text, chunk.clear(), true);
            if (result.isError()) throw bad("bad_utf8", "the line is not UTF-8");
        }
    }
}

package dev.millrace.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Turns what a handler returned into JSON, within a limit that is kept while writing, so that a huge result costs no memory. */
final class ResultWriter {
    /** Beyond it, a result is written once to be measured and once to be kept. */
    private static final int SMALL = 1 << 20;

    private final int limit;

    ResultWriter(int limit) {
        this.limit = limit;
    }

    /**
     * The result as JSON.
     *
     * @throws ResultException when it cannot be written, is too large or too deep
     */
    JsonNode write(@Nullable Object result) throws ResultException {
        if (result == null) return NullNode.getInstance();
        Bounded out = new Bounded();
        try {
            Json.MAPPER.writeValue(out, result);
            return Json.parse(out.isWhole() ? out.kept.toByteArray() : Json.MAPPER.writeValueAsBytes(result));
        } catch (TooLarge e) {
            throw tooLarge(e);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof TooLarge) throw tooLarge(e);
            throw new ResultException(
                    "the result (" + result.getClass().getName() + ") cannot be written as JSON: "
                            + e.getOriginalMessage(),
                    e);
        } catch (MalformedJsonException | IOException e) {
            throw new ResultException("the result cannot be kept as JSON: it " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new ResultException("the result is nested too deeply, or contains itself", e);
        }
    }

    private ResultException tooLarge(Throwable cause) {
        return new ResultException(
                "the result is larger than " + limit
                        + " bytes (payload_limit_bytes in [service]); write it to a file and return the file's path, or"
                        + " raise the limit",
                cause);
    }

    /** A result that cannot be a task's result; the message tells the handler's author what to do. */
    static final class ResultException extends Exception {
        private static final long serialVersionUID = 1L;

        ResultException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Keeps what is small; of what is larger it only counts the bytes, until there are too many. */
    private final class Bounded extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private long count;

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            count += length;
            if (count > limit) throw new TooLarge();
            if (count <= SMALL) kept.write(bytes, from, length);
        }

        boolean isWhole() {
            return count <= SMALL;
        }
    }
}

package dev.millrace.rpc.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes one line of at most so many bytes, and stops when it would be longer. */
final class BoundedWriter extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final int limit;

    private BoundedWriter(int limit) {
        this.limit = limit;
    }

    interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    private static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;
    }

    static byte[] write(int limit, Body body) throws RpcException {
        BoundedWriter line = new BoundedWriter(limit);
        try (JsonGenerator out = Json.MAPPER.createGenerator(line)) {
            body.write(out);
            out.flush();
            line.write('\n');
            return line.bytes.toByteArray();
        } catch (TooLong e) {
            throw Outgoing.tooLong(limit);
        } catch (JsonProcessingException e) {
            // A result that fails while it is written arrives wrapped.
            if (e.getCause() instanceof TooLong) throw Outgoing.tooLong(limit);
            throw unwritable(e.getOriginalMessage());
        } catch (IOException | StackOverflowError e) {
            throw unwritable(String.valueOf(e.getMessage()));
        }
    }

    private static RpcException unwritable(String why) {
        return RpcException.of(
                RpcErrorCode.INTERNAL_ERROR,
                "unwritable_result",
                "Internal error: the result cannot be written: " + why);
    }

    @Override
    public void write(int one) throws IOException {
        if (bytes.size() >= limit) throw new TooLong();
        bytes.write(one);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
        if (bytes.size() + (long) length > limit) throw new TooLong();
        bytes.write(source, from, length);
    }
}

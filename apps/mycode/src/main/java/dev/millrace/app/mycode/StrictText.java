package dev.millrace.app.mycode;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 text that says which byte is wrong, instead of reading on with question marks. A byte order mark at the start is
 * skipped. A zero byte means that the file is no text at all.
 */
final class StrictText extends Reader {
    private static final int CHUNK = 64 * 1024;

    private final InputStream in;
    private final Meter meter;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(CHUNK).limit(0);
    private long offset;
    private boolean started;
    private boolean ended;
    private boolean broken;

    StrictText(InputStream in, Meter meter) {
        this.in = in;
        this.meter = meter;
    }

    @Override
    public int read(char[] target, int from, int length) throws IOException {
        while (!chars.hasRemaining()) if (!decodeMore()) return -1;
        int count = Math.min(length, chars.remaining());
        chars.get(target, from, count);
        return count;
    }

    private boolean decodeMore() throws IOException {
        if (broken) throw wrongByte();
        if (ended) return false;
        boolean first = !started;
        started = true;
        fillBytes();
        if (first) refuseStart();
        decode();
        if (first && chars.hasRemaining() && chars.get(chars.position()) == '\uFEFF') chars.get();
        return true;
    }

    private void decode() {
        int before = bytes.position();
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, ended);
        offset += bytes.position() - before;
        chars.flip();
        broken = result.isError();
    }

    private void fillBytes() throws IOException {
        bytes.compact();
        int start = bytes.position();
        while (bytes.hasRemaining() && !ended) {
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            ended = count < 0;
            if (count > 0) bytes.position(bytes.position() + count);
            meter.read(Math.max(0, count));
        }
        int end = bytes.position();
        bytes.flip();
        for (int i = start; i < end; i++) if (bytes.get(i) == 0) throw zeroByte(offset + i);
    }

    private void refuseStart() throws NotCsvException {
        if (!bytes.hasRemaining()) throw new NotCsvException("is empty; a CSV file starts with a line of column names");
        FileSignature signature = FileSignature.of(bytes);
        if (signature != null) throw new NotCsvException(signature.problem());
    }

    private NotCsvException zeroByte(long at) {
        FileSignature signature = offset == 0 ? FileSignature.of(bytes) : null;
        if (signature != null) return new NotCsvException(signature.problem());
        return new NotCsvException(
                "is binary, no text: a zero byte at offset " + at + "; export the data as CSV in UTF-8");
    }

    private NotCsvException wrongByte() {
        String value = String.format("0x%02X", bytes.get(bytes.position()) & 0xFF);
        return new NotCsvException("is not UTF-8: byte " + value + " at offset " + offset
                + "; save it as UTF-8, for example with: iconv -f LATIN1 -t UTF-8");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

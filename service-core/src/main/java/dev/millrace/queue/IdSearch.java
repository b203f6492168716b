package dev.millrace.queue;

import dev.millrace.task.BatchName;
import dev.millrace.task.TaskOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Tells by the bytes of a batch file whether one of its tasks may bear one of some ids. To parse thousands of documents only to
 * find that none of them does takes many times as long. It may say yes where the answer is no, and never the other way.
 */
final class IdSearch {
    /** How JSON can spell a character of an id that needs no spelling. */
    private static final String ESCAPE = "\\u00";

    private final Collection<String> ids;

    IdSearch(Collection<String> ids) {
        this.ids = ids;
    }

    boolean mayBeIn(String batchStem, byte[] content) {
        for (String id : ids) if (isOfBatch(id, batchStem) || !isPlain(id)) return true;
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (text.contains(ESCAPE)) return true;
        for (String id : ids) if (text.contains(id)) return true;
        return false;
    }

    /** Where a line names no id, the name of the batch does. */
    private static boolean isOfBatch(String id, String stem) {
        return id.startsWith(TaskOrder.idOf(stem) + ".")
                || BatchName.partOf(id).filter(part -> part.stem().equals(stem)).isPresent();
    }

    /** Such characters stand in a document as they are, or as an escape. */
    private static boolean isPlain(String id) {
        return id.chars().allMatch(one -> one > ' ' && one < 0x7f && one != '"' && one != '\\' && one != '/');
    }
}

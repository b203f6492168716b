package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.json.MalformedJsonException;
import java.io.IOException;
import java.util.Optional;

/**
 * The document of a task that has ended. A power cut may have torn its outcome; until the steward has written it again, its log
 * has it still, and when the log is dropped, the file has it.
 */
record EndedDocument(QueueLayout layout, QueuePorts ports) {
    private static final int LARGEST = 16 << 20;

    /**
     * The document with its outcome, where there is one.
     *
     * @param content what was read from the task's file
     */
    ObjectNode of(TaskView view, byte[] content) throws IOException, MalformedJsonException {
        Optional<ObjectNode> whole = parsed(content).filter(EndedDocument::hasOutcome);
        if (whole.isPresent()) return whole.get();
        Optional<ObjectNode> logged = logged(view, content);
        if (logged.isPresent()) return logged.get();
        // It may have been mended, and its log dropped, between the two looks.
        return Json.parseObject(ports.disk().read(view.file(), LARGEST));
    }

    private static boolean hasOutcome(ObjectNode document) {
        return document.path("status").isTextual();
    }

    private Optional<ObjectNode> logged(TaskView view, byte[] content) throws IOException {
        String name = String.valueOf(view.file().getFileName());
        return DeadLogs.peek(ports.disk(), layout.outcomes(), new UnreadableLogs(ports)).of(view.stem()).stream()
                .map(DeadLogs.Valid::record)
                .filter(found -> found.terminalName().equals(name) && found.isFor(content))
                .findFirst()
                .flatMap(found -> parsed(found.on(content)));
    }

    private static Optional<ObjectNode> parsed(byte[] document) {
        try {
            return Optional.of(Json.parseObject(document));
        } catch (MalformedJsonException notOfThisFile) {
            return Optional.empty();
        }
    }
}

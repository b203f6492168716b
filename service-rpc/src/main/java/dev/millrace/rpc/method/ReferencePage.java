package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import java.util.ArrayList;
import java.util.List;

/** docs/reference/rpc.md, made from the table. */
final class ReferencePage {
    private final List<MethodSpec> table;

    ReferencePage(List<MethodSpec> table) {
        this.table = table;
    }

    String text() {
        StringBuilder page = new StringBuilder(head());
        for (MethodSpec spec : table)
            page.append("| [`")
                    .append(spec.name())
                    .append("`](#")
                    .append(anchor(spec))
                    .append(") | ")
                    .append(spec.does())
                    .append(" |\n");
        for (MethodSpec spec : table) page.append(section(spec));
        return page.append(notices()).append(forms()).toString();
    }

    private static String notices() {
        StringBuilder text = new StringBuilder("""

                ## What is said on streams

                A method that is a stream answers with notifications, messages with `method` and `params` and without an id, and
                at the very end with the one reply to its request: `{"ended": "closed"}` after [`stream.close`](#streamclose),
                or an error, such as -32003 when the daemon ends. Other requests go on beside it on the same connection.
                """);
        ObjectNode schemas = Json.object();
        for (StreamWords.Notice notice : StreamWords.notices()) {
            text.append("\n### ").append(notice.name()).append("\n\n").append(notice.does());
            text.append("\n\n").append(SchemaTable.of("key", "Its params have", notice.params()));
            schemas.set(notice.name(), notice.params());
        }
        return text.append(schemas("JSON Schemas of their params", schemas)).toString();
    }

    private String forms() {
        List<JsonNode> schemas = new ArrayList<>();
        for (MethodSpec spec : table) schemas.addAll(List.of(spec.params(), spec.result()));
        for (StreamWords.Notice notice : StreamWords.notices()) schemas.add(notice.params());
        StringBuilder text = new StringBuilder("""

                ## Forms

                What several answers have in common. The schemas above have them in full, with these words as `title`.
                """);
        SchemaTable.titled(schemas)
                .forEach((title, form) ->
                        text.append("\n### ").append(title).append("\n\n").append(SchemaTable.ofKeys("key", form)));
        return text.toString();
    }

    private static String schemas(String title, ObjectNode schemas) {
        return "\n<details><summary>" + title + "</summary>\n\n```json\n" + SchemaText.of(schemas)
                + "\n```\n\n</details>\n";
    }

    private static String head() {
        return """
                # The daemon's methods

                <!-- Made from the method table by ControlMethods.reference(); a test fails when this page differs from it. -->

                JSON-RPC 2.0, one message a line, on the Unix socket `<share>/daemon/daemon.sock`. Parameters are given by name;
                those that a method does not know are skipped, and null counts as absent. Times are epoch seconds. `service` may
                be left out wherever only one service is there. Errors carry `data.reason` for programs. What the line protocol
                does with batches, limits and broken input stands in [rpc-differences.md](rpc-differences.md); clients of a few
                lines stand in [../learning/rpc-clients.md](../learning/rpc-clients.md).

                Tables name nested keys by their path: `steps[].name` is the name of each step in a list, and `jobs.*.state` the
                state in each value of an object whose keys are names. Forms that several answers have stand once, under
                [Forms](#forms); JSON Schemas have everything in full. A schema with `"additionalProperties": true` has keys that
                the daemon does not know, such as those of a task's arguments. A later version may have further keys in any
                answer, so whoever reads one skips those that it does not know.

                A job file names tasks and their dependencies, in TOML or JSON:

                ```toml
                service = "mycode"
                timeout_sec = 3600        # may be left out
                [[tasks]]
                name = "fetch"
                kind = "download"
                args = { url = "https://example.org/a.csv" }
                [[tasks]]
                name = "count"
                kind = "csv"
                depends_on = ["fetch"]
                max_attempts = 3
                ```

                The job's name is `name` in the file, else the file's name. Each step is a task with the id
                `<job>.<run>.<step>`, so every command about tasks works on steps, too.

                | method | what it does |
                |---|---|
                """;
    }

    private static String anchor(MethodSpec spec) {
        return spec.name().replace(".", "");
    }

    private static String section(MethodSpec spec) {
        StringBuilder text = new StringBuilder("\n## ").append(spec.name()).append("\n\n");
        text.append(spec.does()).append(spec.isStream() ? " It is a stream.\n" : "\n");
        text.append("\n").append(SchemaTable.of("parameter", "Its parameters have", spec.params()));
        text.append("\n").append(result(spec));
        ObjectNode both = Json.object();
        both.set("params", spec.params());
        both.set("result", spec.result());
        return text.append(schemas("JSON Schemas", both)).toString();
    }

    private static String result(MethodSpec spec) {
        if (spec.isStream()) return SchemaTable.of("each notification", "Each notification has", spec.result());
        JsonNode entry = spec.result().get("items");
        return entry == null
                ? SchemaTable.of("result", "The result has", spec.result())
                : SchemaTable.of("result, a list of", "Each entry of the result has", entry);
    }
}

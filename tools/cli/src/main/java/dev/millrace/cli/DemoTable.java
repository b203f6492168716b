package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.lifecycle.TaskReceipt;
import dev.millrace.lifecycle.TaskResult;
import java.util.Map;
import java.util.Set;

/** The profiles of the sample app as a table. */
final class DemoTable {
    private static final Set<String> NUMERIC = Set.of("integer", "number");

    private DemoTable() {}

    static Table of(Map<TaskReceipt, TaskResult> results) {
        Table table = new Table("FILE", ">ROWS", ">BAD", ">COLS", ">NUMERIC", ">MISSING", ">TIME");
        results.forEach((receipt, result) -> table.row(row(receipt, result)));
        return table;
    }

    private static Object[] row(TaskReceipt receipt, TaskResult result) {
        JsonNode profile = result.result();
        String name = result.document()
                .map(document -> document.path("task_name").asText(""))
                .filter(text -> !text.isEmpty())
                .orElse(receipt.id());
        return new Object[] {
            name,
            number(profile, "rows"),
            number(profile, "bad_rows"),
            number(profile, "column_count"),
            numericColumns(profile),
            missingValues(profile),
            result.runtimeSeconds().map(Shown::seconds).orElse(Shown.NOTHING)
        };
    }

    private static String number(JsonNode profile, String key) {
        return profile.path(key).asText(Shown.NOTHING);
    }

    private static String numericColumns(JsonNode profile) {
        int count = 0;
        for (JsonNode column : profile.path("columns"))
            if (NUMERIC.contains(column.path("type").asText())) count++;
        return profile.path("columns").isArray() ? Integer.toString(count) : Shown.NOTHING;
    }

    private static String missingValues(JsonNode profile) {
        long missing = 0;
        for (JsonNode column : profile.path("columns"))
            missing += column.path("missing").asLong(0);
        return profile.path("columns").isArray() ? Long.toString(missing) : Shown.NOTHING;
    }
}

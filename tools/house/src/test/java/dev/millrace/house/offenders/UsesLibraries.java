package dev.millrace.house.offenders;

/** Each knows a library that is somebody else's business. */
interface UsesLibraries {
    record Everit(org.everit.json.schema.Schema schema) {}

    record OrgJson(org.json.JSONObject json) {}

    record Tomlj(org.tomlj.TomlTable table) {}

    record Oshi(oshi.SystemInfo info) {}

    record Picocli(picocli.CommandLine line) {}

    record Logback(ch.qos.logback.classic.Logger logger) {}
}

package dev.millrace.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A small program of this tool in a process of its own. */
interface JavaCommand {

    static List<String> of(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}

package dev.millrace.house;

import dev.millrace.house.Pom.Dependency;
import dev.millrace.house.Tree.MavenModule;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The rules over what modules depend on. Each answers with the dependencies that break it. */
record PomRules(List<MavenModule> modules) {
    private static final Map<String, Predicate<String>> AT_HOME = Map.of(
            "oshi-core", path -> path.equals("service-worker"),
            "everit-json-schema", path -> path.equals("service-core"),
            "tomlj", path -> path.equals("service-core"),
            "picocli", path -> path.startsWith("tools/"),
            "logback-classic", path -> path.startsWith("tools/"),
            "db-scheduler", path -> path.equals("tools/bench"),
            "jobrunr", path -> path.equals("tools/bench"),
            "HikariCP", path -> path.equals("tools/bench"),
            "postgresql", path -> path.equals("tools/bench"),
            "sqlite-jdbc", path -> path.equals("tools/bench"));

    /** Main code that looks the wrong way. Tests may use what they like. */
    List<String> wrongWay() {
        return broken((module, dependency) ->
                isOurs(dependency) && !ModuleOrder.allows(module.path(), pathOf(dependency.artifact())));
    }

    /** Libraries in a module that has no business with them. */
    List<String> strayLibraries() {
        return broken((module, dependency) -> AT_HOME.containsKey(dependency.artifact())
                && !AT_HOME.get(dependency.artifact()).test(module.path()));
    }

    private List<String> broken(Rule rule) {
        return modules.stream().flatMap(module -> brokenIn(module, rule)).toList();
    }

    private static Stream<String> brokenIn(MavenModule module, Rule rule) {
        return module.pom().dependencies().stream()
                .filter(dependency -> !dependency.isForTests() && rule.isBroken(module, dependency))
                .map(dependency -> module.path() + " -> " + dependency.artifact());
    }

    private static boolean isOurs(Dependency dependency) {
        return dependency.group().equals("dev.millrace") || dependency.group().equals("${project.groupId}");
    }

    /** Where an artifact of ours is made; its own name when no module makes it, which nobody may use. */
    private String pathOf(String artifact) {
        return modules.stream()
                .filter(module -> module.pom().artifact().equals(artifact))
                .map(MavenModule::path)
                .findFirst()
                .orElse(artifact);
    }

    @FunctionalInterface
    private interface Rule {
        boolean isBroken(MavenModule module, Dependency dependency);
    }
}

package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the main classes of all modules against {@link HouseRules}, and each rule against classes that break it: a rule
 * that finds nothing there would find nothing anywhere.
 */
class HouseTest {
    private static final String OFFENDERS = "dev.millrace.house.offenders";
    private static final Tree TREE = Tree.ofThisBuild();
    private static final JavaClasses HOUSE = TREE.mainClasses();
    private static final HouseRules RULES = new HouseRules("dev.millrace", TREE::moduleOf);

    /** The offenders play modules: a package {@code rooms.<name>} of theirs stands for one, all else for the core. */
    private static final HouseRules RULES_OF_OFFENDERS = new HouseRules(OFFENDERS, type -> {
        String name = type.getPackageName();
        if (!name.startsWith(OFFENDERS)) return "";
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "app" -> "apps/app";
            case "tool" -> "tools/tool";
            case "testkit" -> "service-testkit";
            case "worker" -> "service-worker";
            default -> "service-core";
        };
    });

    private static final JavaClasses OFFENDING = new ClassFileImporter().importPackages(OFFENDERS);

    /** Each rule, and who must be caught by it: names of classes within the package of the offenders. */
    static Stream<Arguments> rules() {
        return Stream.of(
                rule("public types are contracts", HouseRules::public_types_are_contracts, "PublicMachinery"),
                rule("names say the job", HouseRules::names_say_the_job, "QueueHelper"),
                rule(
                        "time is injected",
                        HouseRules::time_is_injected,
                        "AsksTheClock$Now",
                        "AsksTheClock$Today",
                        "AsksTheClock$Millis",
                        "AsksTheClock$Nanos",
                        "AsksTheClock$Reference",
                        "AsksTheClock$Sleep",
                        "AsksTheClock$UnitSleep",
                        "AsksTheClock$SystemClock",
                        "AsksTheClock$SystemInstants",
                        "AsksTheClock$OldDate"),
                rule(
                        "chance is injected",
                        HouseRules::chance_is_injected,
                        "ThrowsDice$Unseeded",
                        "ThrowsDice$Reference",
                        "ThrowsDice$Fraction",
                        "ThrowsDice$OfThread",
                        "ThrowsDice$Secure",
                        "ThrowsDice$Id",
                        "ThrowsDice$Any"),
                rule(
                        "processes are behind the port",
                        HouseRules::processes_are_behind_the_port,
                        "HandlesProcesses$Builder",
                        "HandlesProcesses$Exec",
                        "HandlesProcesses$Handle",
                        "HandlesProcesses$Reference"),
                rule(
                        "files are behind the port",
                        HouseRules::files_are_behind_the_port,
                        "queue.TouchesFiles$ByFiles",
                        "queue.TouchesFiles$ByStream",
                        "queue.TouchesFiles$ByChannel",
                        "queue.TouchesFiles$ByPath"),
                rule(
                        "packages know only those below",
                        HouseRules::packages_know_only_those_below,
                        "task.KnowsTheQueue",
                        "attic.HasNoFloor"),
                rule("packages have no cycles", HouseRules::packages_have_no_cycles, "event.Hen", "liveness.Egg"),
                rule(
                        "modules know only those below",
                        HouseRules::modules_know_only_those_below,
                        "rooms.core.KnowsAWorker",
                        "rooms.worker.KnowsATool",
                        "rooms.tool.KnowsAnApp",
                        "rooms.app.KnowsTheTestKit"),
                rule(
                        "schemas are checked in one package",
                        HouseRules::schemas_are_checked_in_one_package,
                        "UsesLibraries$Everit",
                        "UsesLibraries$OrgJson"),
                rule(
                        "only tools put documents to schemas",
                        HouseRules::only_tools_put_documents_to_schemas,
                        "queue.ChecksEachTask",
                        "rooms.worker.ChecksEachTask"),
                rule("toml is read in one package", HouseRules::toml_is_read_in_one_package, "UsesLibraries$Tomlj"),
                rule(
                        "only workers measure the machine",
                        HouseRules::only_workers_measure_the_machine,
                        "UsesLibraries$Oshi"),
                rule(
                        "only tools have a command line and write logs",
                        HouseRules::only_tools_have_a_command_line_and_write_logs,
                        "UsesLibraries$Picocli",
                        "UsesLibraries$Logback"));
    }

    private static Arguments rule(String name, Function<HouseRules, ArchRule> rule, String... offenders) {
        return Arguments.of(Named.of(name, rule), List.of(offenders));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void every_rule_holds_in_the_house(Function<HouseRules, ArchRule> rule) {
        rule.apply(RULES).check(HOUSE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void every_rule_catches_its_offenders(Function<HouseRules, ArchRule> rule, List<String> offenders) {
        String found = violationsOfOffenders(rule);

        assertThat(offenders).allSatisfy(name -> assertThat(found).contains(OFFENDERS + "." + name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time.SystemTime",
                "OffendersMain",
                "lifecycle.ServicePorts",
                "liveness.LocalProcesses",
                "storage.LocalDisk"
            })
    void no_rule_catches_those_that_are_excepted(String name) {
        assertThat(rules().map(HouseTest::ruleIn).map(HouseTest::violationsOfOffenders))
                .allSatisfy(found -> assertThat(found).doesNotContain(OFFENDERS + "." + name));
    }

    private static String violationsOfOffenders(Function<HouseRules, ArchRule> rule) {
        return String.join(
                "\n",
                rule.apply(RULES_OF_OFFENDERS)
                        .evaluate(OFFENDING)
                        .getFailureReport()
                        .getDetails());
    }

    @SuppressWarnings("unchecked")
    private static Function<HouseRules, ArchRule> ruleIn(Arguments arguments) {
        return ((Named<Function<HouseRules, ArchRule>>) arguments.get()[0]).getPayload();
    }

    @Test
    void the_classes_of_every_service_module_are_seen() {
        assertThat(HOUSE.stream().map(TREE::moduleOf).distinct())
                .contains("service-core", "service-worker")
                .doesNotContain("");
    }
}

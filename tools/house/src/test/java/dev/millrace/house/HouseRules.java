package dev.millrace.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.nio.file.Path;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The rules over class files.
 *
 * @param root the package that the packages of the domain lie in
 * @param moduleOf the path of the module of a class, empty for classes that are not ours
 */
record HouseRules(String root, Function<JavaClass, String> moduleOf) {
    private static final DescribedPredicate<JavaClass> A_CONTRACT = describe(
            "interfaces, records, enums, annotations, exceptions, handlers that an app offers, or abstract suites of tests",
            type -> type.isInterface()
                    || isSuite(type)
                    || type.isRecord()
                    || type.isEnum()
                    || type.isAssignableTo(Throwable.class)
                    || type.isAssignableTo("dev.millrace.worker.TaskHandler"));

    /** JUnit finds the tests of an abstract suite in the class that extends it, so it has to be one. */
    private static boolean isSuite(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.ABSTRACT)
                && type.getMethods().stream().anyMatch(method -> method.isAnnotatedWith("org.junit.jupiter.api.Test"));
    }

    ArchRule public_types_are_contracts() {
        return classes()
                .that()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should(ArchConditions.be(A_CONTRACT))
                .because("machinery is hidden behind a static factory method of a contract, so that it can change");
    }

    ArchRule names_say_the_job() {
        return noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Support|Processor)")
                .because("a class that resists a name has two jobs");
    }

    ArchRule time_is_injected() {
        return noClasses()
                .that(areNot(root + ".time.SystemTime"))
                .should()
                .accessTargetWhere(Machine.TELLS_THE_TIME)
                .because("time comes in through dev.millrace.time.Time");
    }

    ArchRule chance_is_injected() {
        return noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Main")
                .and(areNot(root + ".lifecycle.ServicePorts"))
                .should()
                .accessTargetWhere(Machine.THROWS_DICE)
                .because("chance comes in as a RandomGenerator, made by a main class or with the system's ports");
    }

    /** The disk may run sync(1), which is the only way to force a whole file system. */
    ArchRule processes_are_behind_the_port() {
        return noClasses()
                .that(areNot(root + ".liveness.LocalProcesses"))
                .and(areNot(root + ".storage.LocalDisk"))
                .should()
                .accessTargetWhere(Machine.HANDLES_PROCESSES)
                .because("processes are started, looked at and ended through dev.millrace.liveness.Processes");
    }

    ArchRule files_are_behind_the_port() {
        return noClasses()
                .that(resideInAnyPackage(Stream.of("task", "queue", "liveness", "lifecycle", "health")
                        .map(name -> root + "." + name + "..")
                        .toArray(String[]::new)))
                .and(areNot(root + ".liveness.LocalProcesses"))
                .and()
                .doNotHaveSimpleName("AppEnv")
                .should()
                .dependOnClassesThat(Machine.IS_A_FILE)
                .orShould()
                .callMethod(Path.class, "toFile")
                .because("files are read and written through dev.millrace.storage.Disk")
                .allowEmptyShould(true);
    }

    ArchRule packages_know_only_those_below() {
        PackageOrder order = new PackageOrder(root);
        return classes()
                .that(describe(
                        "lie in service-core", type -> moduleOf.apply(type).equals("service-core")))
                .should(knowOnly(
                        "packages that PackageOrder puts below or beside them", order::placeOf, order::allows));
    }

    ArchRule packages_have_no_cycles() {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }

    ArchRule modules_know_only_those_below() {
        return classes().should(knowOnly("modules that ModuleOrder allows", moduleOf, ModuleOrder::allows));
    }

    ArchRule schemas_are_checked_in_one_package() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".schema..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.everit..", "org.json..");
    }

    ArchRule only_tools_put_documents_to_schemas() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".schema..")
                .and(describe(
                        "lie outside of tools", type -> !moduleOf.apply(type).startsWith("tools/")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root + ".schema..")
                .because("a service reads thousands of documents in a second, and its readers refuse what is wrong with"
                        + " them; docs/decisions/0006-where-schemas-are-checked.md");
    }

    ArchRule toml_is_read_in_one_package() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".settings..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.tomlj..");
    }

    ArchRule only_workers_measure_the_machine() {
        return noClasses()
                .that(describe(
                        "lie outside of service-worker",
                        type -> !moduleOf.apply(type).equals("service-worker")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("oshi..", "com.sun.jna..");
    }

    ArchRule only_tools_have_a_command_line_and_write_logs() {
        return noClasses()
                .that(describe(
                        "lie outside of tools", type -> !moduleOf.apply(type).startsWith("tools/")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "ch.qos.logback..");
    }

    private static DescribedPredicate<JavaClass> areNot(String name) {
        return describe("are not " + name, type -> !type.getName().equals(name));
    }

    private static ArchCondition<JavaClass> knowOnly(
            String which, Function<JavaClass, String> placeOf, BiPredicate<String, String> allowed) {
        return new ArchCondition<>("know only " + which) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String from = placeOf.apply(type);
                    String to = placeOf.apply(dependency.getTargetClass().getBaseComponentType());
                    if (!from.isEmpty() && !to.isEmpty() && !allowed.test(from, to))
                        events.add(SimpleConditionEvent.violated(
                                dependency, from + " may not know " + to + ": " + dependency.getDescription()));
                }
            }
        };
    }
}

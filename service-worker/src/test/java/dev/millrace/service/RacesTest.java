package dev.millrace.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.lifecycle.Action;
import dev.millrace.lifecycle.ServeReport;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.settings.ServeOptions;
import dev.millrace.storage.Disk;
import dev.millrace.task.Task;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start, status and stop at the same time, from several processes and from several threads of one. */
class RacesTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ServeOptions NOTHING = ServeOptions.defaults();

    @TempDir
    Path home;

    @Test
    void of_many_starts_at_once_one_wins_and_the_others_are_told_what_to_do() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service here = app.open();
                Service alsoHere = app.open();
                Actor first = Actor.in(home, "start", "");
                Actor second = Actor.in(home, "start", "")) {
            List<String> answers = atOnce(List.of(
                    () -> first.go().line(),
                    () -> second.go().line(),
                    () -> Actor.answer(here, Action.START),
                    () -> Actor.answer(alsoHere, Action.START)));
            assertThat(answers)
                    .filteredOn(answer -> answer.equals("start running"))
                    .hasSize(1);
            assertThat(answers)
                    .filteredOn(answer -> !answer.equals("start running"))
                    .hasSize(3)
                    .allMatch(answer ->
                            answer.matches("start refused (AlreadyRunning: .*stop it first.*|Busy: .*try again.*)"));
            assertThat(here.submit(Task.of("echo")).await(SOON).isDone()).isTrue();
            assertThat(alsoHere.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
            assertThat(app.processes()).isEmpty();
        }
    }

    @Test
    void whoever_starts_looks_and_stops_in_whatever_order_no_worker_survives_the_last_stop() throws Exception {
        try (TestApp app = TestApp.in(home);
                Service here = app.open();
                Service last = app.open();
                Actor first = Actor.in(home, "start,status,stop,status,start,stop", "");
                Actor second = Actor.in(home, "stop,start,status,stop,start,status", "")) {
            List<Action> mine = List.of(
                    Action.STATUS,
                    Action.START,
                    Action.STATUS,
                    Action.STOP,
                    Action.STATUS,
                    Action.START,
                    Action.STATUS);
            List<String> answers = atOnce(List.of(() -> all(first), () -> all(second), () -> all(here, mine)));
            assertThat(String.join("\n", answers).lines()).allMatch(RacesTest::isAllowed);
            ServeReport stopped = last.serve(Action.STOP, NOTHING);
            assertThat(stopped.status()).isIn("stopped", "idle");
            await().atMost(SOON).untilAsserted(() -> assertThat(app.processes()).isEmpty());
            assertThat(last.serve(Action.STATUS, NOTHING).status()).isEqualTo("idle");
            assertThat(app.names(app.env.serviceFolder()))
                    .doesNotContain("service_record.json", "service_place.json", "restarts.json");
        }
    }

    private static boolean isAllowed(String answer) {
        return switch (answer.substring(0, answer.indexOf(' '))) {
            case "start" -> answer.matches("start (running|refused (AlreadyRunning|Busy): .*)");
            case "stop" -> answer.matches("stop (stopped|idle|refused Busy: .*)");
            // While a stop is under way its end is not proven yet.
            case "status" -> answer.matches("status (running|degraded|stopped|idle|error)");
            default -> false;
        };
    }

    private static String all(Actor actor) throws IOException {
        actor.go();
        List<String> lines = new ArrayList<>();
        for (String line = actor.line(); !line.equals("done"); line = actor.line()) lines.add(line);
        return String.join("\n", lines);
    }

    private static String all(Service service, List<Action> actions) throws Exception {
        List<String> lines = new ArrayList<>();
        for (Action action : actions) lines.add(Actor.answer(service, action));
        return String.join("\n", lines);
    }

    private static List<String> atOnce(List<Callable<String>> deeds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(deeds.size());
        try {
            List<String> answers = new ArrayList<>();
            for (Future<String> deed : threads.invokeAll(deeds)) answers.add(deed.get(60, TimeUnit.SECONDS));
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    // ------------------------------------------------------------------ a stop between a look's two looks

    @Test
    void a_look_that_finds_an_unproven_stop_when_it_gets_the_lock_says_so_and_mends_nothing() throws Exception {
        try (TestApp app = TestApp.in(home, "launcher = \"in-process\"");
                Service service = app.open()) {
            service.serve(Action.START, TestApp.workers(1));
            Path record = app.env.serviceFolder().resolve("service_record.json");
            String running = Files.readString(record);
            Disk disk = beforeTheLock(() ->
                    Files.writeString(record, running.replace("\"phase\": \"running\"", "\"phase\": \"stopping\"")));
            try (Service looker = Service.open(app.env, ServicePorts.system().withDisk(disk))) {
                ServeReport look = looker.serve(Action.STATUS, NOTHING);
                assertThat(look.status()).isEqualTo("error");
                assertThat(look.has(ServeReport.Flag.RECOVERY_REQUIRED)).isTrue();
                assertThat(look.pending()).containsExactly("127.0.0.1:1");
            }
            assertThat(service.serve(Action.STOP, NOTHING).status()).isEqualTo("stopped");
        }
    }

    private interface Deed {
        void run() throws IOException;
    }

    private static Disk beforeTheLock(Deed deed) {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("tryLock")) deed.run();
                    if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, arguments);
                    try {
                        return method.invoke(Disk.local(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}

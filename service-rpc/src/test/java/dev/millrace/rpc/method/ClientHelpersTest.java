package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.TaskSelection;
import dev.millrace.json.Json;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.client.CallOptions;
import dev.millrace.rpc.client.DaemonClient;
import dev.millrace.rpc.client.DaemonClientOptions;
import dev.millrace.task.TaskState;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client has a method for each row of the table, and gives what the row takes. */
class ClientHelpersTest {
    private static final Set<String> BY_NAME = Set.of("call", "ask", "stream", "callIfRunning");
    private static final Map<Type, Object> EXAMPLES = Map.ofEntries(
            Map.entry(String.class, "x"),
            Map.entry(int.class, 1),
            Map.entry(long.class, 1L),
            Map.entry(boolean.class, true),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(ObjectNode.class, Json.object()),
            Map.entry(TaskState.class, TaskState.DONE),
            Map.entry(OptionalInt.class, OptionalInt.of(1)),
            Map.entry(OptionalLong.class, OptionalLong.of(1)));

    private static final TaskSelection BY_FILTER =
            new TaskSelection(List.of(), Set.of(TaskState.DONE), "x", "x", OptionalDouble.of(1), 1, true);
    private static final TaskSelection BY_ID =
            new TaskSelection(List.of("x"), Set.of(), "", "", OptionalDouble.empty(), 1, true);

    /** Whether what may be left out is. */
    private boolean bare;

    /** What was called, by method: the parameters of each call. */
    private final Map<String, List<ObjectNode>> called = new HashMap<>();

    /** Methods whose parameters a caller can put together. */
    private final Set<String> free = new HashSet<>();

    private boolean isFree;

    private @Nullable Object heard(Object client, Method method, Object @Nullable [] arguments) throws Throwable {
        if (!BY_NAME.contains(method.getName())) return InvocationHandler.invokeDefault(client, method, arguments);
        if (arguments == null) throw new AssertionError(method);
        String name = (String) arguments[0];
        ObjectNode params = RpcParams.of(arguments[1]).json().deepCopy();
        if (arguments.length > 2 && arguments[2] instanceof CallOptions how)
            how.idempotencyKey().ifPresent(key -> params.put(MethodSpec.KEY, key));
        called.computeIfAbsent(name, none -> new ArrayList<>());
        if (isFree) free.add(name);
        else Objects.requireNonNull(called.get(name)).add(params);
        return null;
    }

    private Object example(Type type) {
        if (type == TaskSelection.class) return bare ? BY_ID : BY_FILTER;
        if (type instanceof ParameterizedType some) {
            Object of = example(some.getActualTypeArguments()[0]);
            if (some.getRawType() == Optional.class) return bare ? Optional.empty() : Optional.of(of);
            return some.getRawType() == Set.class ? Set.of(of) : List.of(of);
        }
        return Optional.ofNullable(EXAMPLES.get(type))
                .orElseThrow(() -> new AssertionError("give an example of " + type));
    }

    @Test
    void each_method_of_the_table_has_a_helper_that_gives_only_what_it_takes() throws Exception {
        DaemonClient client = (DaemonClient)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {DaemonClient.class}, this::heard);
        for (boolean without : new boolean[] {false, true}) {
            bare = without;
            callAll(client);
        }

        List<String> names = TableMethods.table().stream().map(MethodSpec::name).toList();
        assertThat(called.keySet()).containsExactlyInAnyOrderElementsOf(names);
        for (MethodSpec spec : TableMethods.table()) expectThatAllCanBeGiven(spec);
        for (MethodSpec spec : TableMethods.table())
            for (ObjectNode params : called.getOrDefault(spec.name(), List.of())) {
                JsonNode known = spec.params().path("properties");
                params.fieldNames()
                        .forEachRemaining(key -> assertThat(known.has(key))
                                .as("%s takes no %s", spec.name(), key)
                                .isTrue());
                for (JsonNode key : spec.params().path("required"))
                    assertThat(params.has(key.asText()))
                            .as("%s needs %s", spec.name(), key)
                            .isTrue();
            }
    }

    private void callAll(DaemonClient client) throws Exception {
        for (Method helper : DaemonClient.class.getMethods()) {
            if (!helper.isDefault() || BY_NAME.contains(helper.getName())) continue;
            List<Object> arguments = new ArrayList<>();
            for (Type type : helper.getGenericParameterTypes()) arguments.add(example(type));
            isFree = List.of(helper.getGenericParameterTypes()).equals(List.of(ObjectNode.class));
            helper.invoke(client, arguments.toArray());
        }
    }

    private void expectThatAllCanBeGiven(MethodSpec spec) {
        if (spec.isStream() || free.contains(spec.name())) return;
        Set<String> given = new HashSet<>();
        for (ObjectNode params : called.getOrDefault(spec.name(), List.of()))
            params.fieldNames().forEachRemaining(given::add);
        for (Map.Entry<String, JsonNode> key : spec.params().path("properties").properties())
            assertThat(given).as("keys of %s that a helper sends", spec.name()).contains(key.getKey());
    }

    @Test
    void a_job_whose_name_two_services_have_is_asked_for_with_its_service(@TempDir Path folder) throws Exception {
        try (ControlWorld world = ControlWorld.in(folder);
                DaemonClient client = DaemonClient.of(DaemonClientOptions.at(world.socket()))) {
            Path beta = Files.createDirectories(world.folder.resolve("apps/beta"));
            Files.writeString(beta.resolve("app_settings.toml"), "[service]\nslots = 1\n");
            Optional<String> other = Optional.of("beta");
            world.control().service(other).service().queue().prepare();
            for (String service : List.of(ControlWorld.APP, "beta")) {
                ObjectNode job = Json.object().put("service", service).put("job_id", "nightly");
                client.submitJob(job.set("tasks", ControlWorld.steps("a")));
            }
            assertThatThrownBy(() -> client.jobStatus("nightly")).hasMessageContaining("'service'");
            assertThat(client.cancelJob(other, "nightly").path("cancelled").asBoolean())
                    .isTrue();
            assertThat(client.jobStatus(other, "nightly").path("status").asText())
                    .isEqualTo("cancelled");
            ControlWorld.await(
                    () -> world.result("job.status", Map.of("service", ControlWorld.APP, "job_id", "nightly")),
                    job -> !job.path("completed_at").isNull());
        }
    }

    @Test
    void a_task_and_a_service_are_asked_for_through_helpers(@TempDir Path folder) throws Exception {
        try (ControlWorld world = ControlWorld.in(folder);
                DaemonClient client = DaemonClient.of(DaemonClientOptions.at(world.socket()))) {
            Optional<String> app = Optional.of(ControlWorld.APP);
            client.submitTask(app, Json.object().put("kind", "work").put("task_id", "a"));
            JsonNode ended = client.awaitTasks(app, List.of("a"), Duration.ofSeconds(20));
            assertThat(ended.path("tasks").path(0).path("state").asText()).isEqualTo("done");
            assertThat(client.listTasks(app, Set.of(TaskState.DONE), "work", "a", 5)
                            .path("total")
                            .asInt())
                    .isEqualTo(1);
            TaskSelection done =
                    new TaskSelection(List.of(), Set.of(TaskState.DONE), "", "", OptionalDouble.empty(), 10, false);
            assertThat(client.discardTasks(Optional.empty(), done)
                            .path("changed")
                            .asInt())
                    .isEqualTo(1);
            assertThat(client.pauseTasks(app, Optional.empty(), "lunch").path("paused"))
                    .hasSize(1);
            assertThat(client.resumeTasks(app, Optional.empty()).path("paused")).isEmpty();
            assertThat(client.serviceStatus(app, Json.object().put("observe", true))
                            .path("status")
                            .asText())
                    .isEqualTo("running");
            assertThat(client.eventsSince(0, 10).path("gap").asBoolean(true)).isFalse();
        }
    }
}

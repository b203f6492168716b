package dev.millrace.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;
import dev.millrace.task.RetryPolicy.Jitter;
import dev.millrace.task.RetryPolicy.Strategy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final RetryPolicy PLAIN = RetryPolicy.exponential(SECOND).withJitter(Jitter.NONE);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(5);

    private List<Long> secondsOf(RetryPolicy policy, int attempts) {
        return IntStream.rangeClosed(1, attempts)
                .mapToObj(attempt -> policy.delay(attempt, random).toSeconds())
                .toList();
    }

    @Test
    void an_exponential_delay_doubles_up_to_its_cap() {
        assertThat(secondsOf(PLAIN, 9)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        assertThat(secondsOf(PLAIN.withFactor(3).withCap(Duration.ofSeconds(10)), 4))
                .containsExactly(1L, 3L, 9L, 10L);
    }

    @Test
    void a_fixed_delay_stays_as_it_is_also_beyond_the_usual_cap() {
        assertThat(secondsOf(RetryPolicy.fixed(Duration.ofMinutes(5)).withJitter(Jitter.NONE), 3))
                .containsExactly(300L, 300L, 300L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 1_100, 999_999, Integer.MAX_VALUE})
    void no_number_of_attempts_overflows(int attempt) {
        RetryPolicy greatest = PLAIN.withBase(AttemptRules.LONGEST)
                .withCap(AttemptRules.LONGEST)
                .withFactor(1_000)
                .withJitter(Jitter.ofFraction(1));
        assertThat(greatest.delay(attempt, random)).isBetween(Duration.ZERO, AttemptRules.LONGEST.multipliedBy(2));
        assertThat(PLAIN.withBase(Duration.ZERO).delay(attempt, random)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"none, 8, 8", "full, 0, 8", "equal, 4, 8", "0.25, 6, 10", "1, 0, 16"})
    void jitter_spreads_a_delay_evenly_over_its_whole_range(String jitter, double least, double most) {
        boolean isNumber = Character.isDigit(jitter.charAt(0));
        ObjectNode json = Json.object().put("strategy", "fixed").put("base", 8);
        if (isNumber) json.put("jitter", Double.parseDouble(jitter));
        else json.put("jitter", jitter);
        RetryPolicy policy = RetryPolicy.of(json);
        DoubleSummaryStatistics drawn = IntStream.range(0, 2_000)
                .mapToDouble(one -> policy.delay(1, random).toNanos() / 1e9)
                .summaryStatistics();
        double width = most - least;
        assertThat(drawn.getMin()).isBetween(least, least + width / 50);
        assertThat(drawn.getMax()).isBetween(most - width / 50, most);
        assertThat(drawn.getAverage()).isBetween(least + width * 0.45, most - width * 0.45);
    }

    @Test
    void a_policy_survives_its_document() throws Exception {
        List<RetryPolicy> policies = List.of(
                RetryPolicy.usual(),
                RetryPolicy.none(),
                RetryPolicy.fixed(Duration.ofMillis(1_500)).withJitter(Jitter.FULL),
                RetryPolicy.exponential(SECOND)
                        .withCap(Duration.ofHours(1))
                        .withFactor(1.5)
                        .withJitter(Jitter.EQUAL)
                        .withOnTimeout(false)
                        .withNoRetryOn(IllegalArgumentException.class)
                        .withNoRetryOn(java.io.IOException.class),
                PLAIN);
        for (RetryPolicy policy : policies)
            assertThat(RetryPolicy.of(Json.parseObject(Json.bytes(policy.toJson()))))
                    .isEqualTo(policy);
    }

    @Test
    void what_a_task_says_wins_over_its_kind_and_its_kind_over_the_service_key_by_key() {
        AttemptRules service = rules("{\"max_attempts\":9,\"retry\":{\"strategy\":\"fixed\",\"base\":7,\"jitter\":0}}");
        AttemptRules kind = rules("{\"timeout_sec\":30,\"retry\":{\"base\":5,\"cap\":50}}");
        AttemptRules task = rules("{\"soft_timeout_sec\":3,\"retry\":{\"base\":2,\"cap\":null}}");
        AttemptRules all = task.orElse(kind).orElse(service);
        assertThat(all.mostAttempts()).isEqualTo(9);
        assertThat(all.timeout()).contains(Duration.ofSeconds(30));
        assertThat(all.softTimeout()).contains(Duration.ofSeconds(3));
        assertThat(all.policy())
                .isEqualTo(RetryPolicy.usual()
                        .withStrategy(Strategy.FIXED)
                        .withBase(Duration.ofSeconds(2))
                        .withCap(Duration.ofSeconds(50))
                        .withJitter(Jitter.NONE));
        assertThat(task.orElse(AttemptRules.NONE)).isEqualTo(task);
        assertThat(AttemptRules.NONE.orElse(task)).isEqualTo(task);
    }

    @Test
    void whoever_says_how_to_retry_and_not_how_often_means_five_times() {
        assertThat(AttemptRules.NONE.mostAttempts()).isEqualTo(1);
        assertThat(rules("{\"retry\":{\"base\":1}}").mostAttempts()).isEqualTo(AttemptRules.USUAL_ATTEMPTS);
        assertThat(rules("{\"retry\":{\"strategy\":\"none\"}}").mostAttempts()).isEqualTo(1);
        assertThat(rules("{\"max_attempts\":2,\"retry\":{\"base\":1}}").mostAttempts())
                .isEqualTo(2);
    }

    private static AttemptRules rules(String json) {
        try {
            ObjectNode body = Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
            TaskDocument.checked(body.put("schema", TaskDocument.SCHEMA));
            return AttemptRules.of(body);
        } catch (dev.millrace.json.MalformedJsonException | CorruptTaskException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "strategy    | \"linear\" | \"none\", \"fixed\" or \"exponential\"",
                "base        | -1         | a number of seconds from 0 to 1e9",
                "base        | \"5s\"     | a number of seconds from 0 to 1e9",
                "cap         | 10000000000 | a number of seconds from 0 to 1e9",
                "factor      | 0.5        | a number from 1 to 1000",
                "jitter      | 1.5        | \"none\", \"full\", \"equal\" or a fraction from 0 to 1",
                "on_timeout  | 1          | true or false",
                "no_retry_on | \"a.B\"    | a list of at most 100 names",
                "bsae        | 1          | one of strategy, base, cap, factor, jitter, on_timeout, no_retry_on",
            })
    void a_bad_policy_is_refused_before_it_is_submitted_with_key_value_and_what_is_right(
            String key, String value, String says) throws Exception {
        ObjectNode retry = Json.object();
        retry.set(key, Json.parse(value.getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> Task.of("k").with("retry", retry))
                .isInstanceOfSatisfying(
                        InvalidTaskException.class, e -> assertThat(e.key()).isEqualTo("retry." + key))
                .hasMessageContaining("retry." + key + " '" + value + "' must be " + says);
        ObjectNode document = Json.object().put("schema", TaskDocument.SCHEMA);
        document.set("retry", retry);
        assertThatThrownBy(() -> TaskDocument.checked(document))
                .isInstanceOf(CorruptTaskException.class)
                .hasMessageContaining("key 'retry." + key + "' must be " + says);
    }

    @Test
    void bad_limits_of_a_task_are_refused_with_key_and_value() {
        Task task = Task.of("k");
        assertThatThrownBy(() -> task.maxAttempts(0))
                .hasMessage("max_attempts '0' must be a whole number from 1 to 999999");
        assertThatThrownBy(() -> task.timeout(Duration.ZERO))
                .hasMessageContaining("timeout_sec 'PT0S' must be positive");
        assertThatThrownBy(() -> task.timeout(Duration.ofDays(1_000_000_000)))
                .hasMessageContaining("timeout_sec")
                .hasMessageContaining("at most 1e9 seconds");
        assertThatThrownBy(() -> task.timeout(SECOND).softTimeout(SECOND))
                .hasMessage("soft_timeout_sec '1.0' must be less than timeout_sec, 1.0");
        assertThatThrownBy(() -> PLAIN.withBase(SECOND.negated())).hasMessageContaining("retry.base 'PT-1S'");
        assertThatThrownBy(() -> PLAIN.withFactor(Double.NaN)).hasMessageContaining("retry.factor 'NaN'");
        assertThatThrownBy(() -> Jitter.ofFraction(1.01)).hasMessageContaining("retry.jitter");
        assertThatThrownBy(() -> task.with("args", Map.of()).with("priority", 10))
                .hasMessageContaining("priority '10'");
    }
}

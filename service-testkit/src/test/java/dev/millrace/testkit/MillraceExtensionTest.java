package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.millrace.task.Task;
import dev.millrace.worker.Kind;
import dev.millrace.worker.TaskContext;
import dev.millrace.worker.TaskHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** How JUnit gets at the service: registered, by annotation, in each test one of its own. */
class MillraceExtensionTest {

    /** Counts in a field, which no handler of an app should do; here it shows who gets which instance. */
    static final class CountingHandler implements TaskHandler {
        private int count;

        @Override
        public Object handle(TaskContext task) {
            return ++count;
        }
    }

    @Kind("named")
    static final class WithKind implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            return task.kind();
        }
    }

    /** Without a constructor that JUnit could call. */
    record Demanding(String what) implements TaskHandler {
        @Override
        public Object handle(TaskContext task) {
            return what;
        }
    }

    @Nested
    class Registered {
        @RegisterExtension
        static final MillraceExtension MILLRACE = MillraceExtension.of(CountingHandler.class, WithKind.class);

        @BeforeEach
        void prepare(TestService service) {
            service.submit(Task.of("counting").id("before"));
        }

        @RepeatedTest(3)
        void each_test_has_a_service_and_handlers_of_its_own(TestService service, TestService same) {
            assertThat(same).isSameAs(service);
            assertThat(service.drain()).isEqualTo(1);
            service.assertThatTask("before").hasResult(1);
        }

        @Test
        void kinds_come_from_annotations_and_class_names(TestService service) {
            service.submit(Task.of("named").id("n"));
            service.drain();
            service.assertThatTask("n").hasResult("named");
        }
    }

    @Nested
    @ExtendWith(MillraceExtension.class)
    class Annotated {
        @Test
        void the_handlers_are_those_that_the_service_loader_finds(TestService service) {
            service.submit(Task.of("offered").id("o"));
            service.drain();
            service.assertThatTask("o").hasResult("found");
        }
    }

    @Test
    void a_class_that_cannot_be_made_is_named() {
        MillraceExtension millrace = MillraceExtension.of(Demanding.class);
        assertThatThrownBy(() -> TestService.open(millrace.options()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Demanding.class.getName())
                .hasMessageContaining("a constructor without parameters, or register an instance");
    }

    @Test
    void a_test_that_fails_shows_what_its_handlers_threw() {
        List<Throwable> seen = failuresOf(Failing.class);
        assertThat(seen).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("the test's own");
            assertThat(failure.getSuppressed())
                    .singleElement()
                    .satisfies(thrown -> assertThat(thrown).hasMessage("the handler's own"));
        });
    }

    /** Run only by the test above; not found by itself, for its name is that of no test. */
    static class Failing {
        @RegisterExtension
        final MillraceExtension millrace = MillraceExtension.of("bad", task -> {
            throw new IllegalStateException("the handler's own");
        });

        @Test
        void fails(TestService service) {
            service.submit(Task.of("bad"));
            service.drain();
            throw new AssertionError("the test's own");
        }
    }

    private static List<Throwable> failuresOf(Class<?> tests) {
        List<Throwable> seen = new ArrayList<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .configurationParameter(LauncherConstants.CAPTURE_STDOUT_PROPERTY_NAME, "false")
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                result.getThrowable().ifPresent(seen::add);
                            }
                        });
        return seen;
    }
}

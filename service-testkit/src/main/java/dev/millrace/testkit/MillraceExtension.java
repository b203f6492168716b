package dev.millrace.testkit;

import dev.millrace.worker.HandlerRegistry;
import dev.millrace.worker.RulesByKind;
import dev.millrace.worker.TaskHandler;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives each test a {@link TestService} of its own: in memory, with a clock that moves only when it is told to.
 *
 * <pre>{@code
 * class GreetTest {
 *     @RegisterExtension
 *     final MillraceExtension millrace = MillraceExtension.of("greet", new Greet());
 *
 *     @Test
 *     void greets(TestService service) {
 *         service.submit(Task.of("greet").id("ada").args(Map.of("name", "Ada")));
 *         service.drain();
 *         service.assertThatTask("ada").isDone().hasResult("Hello, Ada!");
 *     }
 * }
 * }</pre>
 *
 * {@code @ExtendWith(MillraceExtension.class)} does the same with the handlers that {@link java.util.ServiceLoader} finds.
 * When a test fails, what its handlers threw is shown as suppressed exceptions of its failure.
 *
 * @param options how the service of each test is made
 */
public record MillraceExtension(TestServiceOptions options)
        implements ParameterResolver, AfterEachCallback, TestExecutionExceptionHandler {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(MillraceExtension.class);

    /** With the handlers that {@link java.util.ServiceLoader} finds. */
    public MillraceExtension() {
        this(TestServiceOptions.ofApp());
    }

    /** With one handler. */
    public static MillraceExtension of(String kind, TaskHandler handler) {
        return new MillraceExtension(TestServiceOptions.defaults()).handler(kind, handler);
    }

    /** With a new instance of each class for each test, see {@link #handler(Class)}. */
    @SafeVarargs
    public static MillraceExtension of(Class<? extends TaskHandler>... types) {
        MillraceExtension made = new MillraceExtension(TestServiceOptions.defaults());
        for (Class<? extends TaskHandler> type : types) made = made.handler(type);
        return made;
    }

    /** Adds a handler, the same instance for all tests of this extension. */
    public MillraceExtension handler(String kind, TaskHandler handler) {
        return with(options -> options.withHandler(kind, () -> handler));
    }

    /**
     * Adds a new instance for each test, made by the constructor without parameters; the kind is that of {@link
     * dev.millrace.worker.Kind}, else the class name without "Handler", in lower case with dashes.
     */
    public MillraceExtension handler(Class<? extends TaskHandler> type) {
        return with(options -> options.withHandler(HandlerRegistry.kindOf(type), made(type)));
    }

    /** Adds the handlers that {@link java.util.ServiceLoader} finds; those that are named here win. */
    public MillraceExtension handlersOfApp() {
        return with(options -> options.withOffered(true));
    }

    /** Submitting runs the task at once, on the calling thread. */
    public MillraceExtension inline() {
        return with(options -> options.withInline(true));
    }

    /** What {@code [service]} and {@code [service.kinds]} would say of attempts and time limits. */
    public MillraceExtension rules(RulesByKind rules) {
        return with(options -> options.withRules(rules));
    }

    /** What {@code [service.args]} would say. */
    public MillraceExtension serviceArgs(Map<String, ?> args) {
        return with(options -> options.withServiceArgs(args));
    }

    /** What handlers get as their app's folder; the current folder when not given. */
    public MillraceExtension appFolder(Path folder) {
        return with(options -> options.withAppFolder(folder));
    }

    /** What the clock shows at first; 1 January 2026, 12:00 UTC when not given. */
    public MillraceExtension startingAt(Instant moment) {
        return with(options -> options.withStart(moment));
    }

    /** The most attempts in one {@link TestService#drain}; {@value TestServiceOptions#USUAL_LIMIT} when not given. */
    public MillraceExtension drainLimit(int most) {
        return with(options -> options.withDrainLimit(most));
    }

    private MillraceExtension with(Function<TestServiceOptions, TestServiceOptions> change) {
        return new MillraceExtension(change.apply(options));
    }

    private static Supplier<TaskHandler> made(Class<? extends TaskHandler> type) {
        return () -> {
            try {
                var constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                return constructor.newInstance();
            } catch (InvocationTargetException e) {
                throw new IllegalStateException(type.getName() + " cannot be made: " + e.getCause(), e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(
                        type.getName() + " cannot be made (" + e
                                + "); it needs a constructor without parameters, or register an instance",
                        e);
            }
        };
    }

    // ------------------------------------------------------------------ what JUnit calls

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestService.class
                && context.getTestMethod().isPresent();
    }

    @Override
    public TestService resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return store(context).computeIfAbsent(TestService.class, none -> TestService.open(options), TestService.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TestService used = store(context).remove(TestService.class, TestService.class);
        if (used != null) used.close();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        TestService used = store(context).get(TestService.class, TestService.class);
        if (used != null)
            for (HandlerFailure one : used.failures())
                if (!isIn(failure, one.thrown())) failure.addSuppressed(one.thrown());
        throw failure;
    }

    private static boolean isIn(Throwable failure, Throwable wanted) {
        int depth = 0;
        for (Throwable one = failure; one != null && depth < 50; one = one.getCause(), depth++)
            if (one == wanted || List.of(one.getSuppressed()).contains(wanted)) return true;
        return false;
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(NAMESPACE, context.getUniqueId()));
    }
}

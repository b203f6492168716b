package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.millrace.event.Event;
import dev.millrace.storage.Disk;
import dev.millrace.time.Time;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who hears of a new task, on a real folder with real notifications. */
class NewsTest {
    private static final Duration NO_WAIT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<Thread> found = new CopyOnWriteArrayList<>();
    private final List<Thread> ran = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private News news;

    @BeforeEach
    void begin() {
        news = new News(new QueuePorts(Disk.local(), Time.system(), new SplittableRandom(1), events::add), folder);
    }

    @AfterEach
    void end() {
        released.countDown();
        news.close();
        threads.shutdownNow();
    }

    private void add(String name) throws Exception {
        Files.createFile(folder.resolve(name));
    }

    /** Notes who finds a task, and lets it run until the test releases it. */
    private Optional<Runnable> find() {
        found.add(Thread.currentThread());
        return Optional.of(() -> {
            ran.add(Thread.currentThread());
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void listen(Supplier<Optional<Runnable>> finder) throws Exception {
        news.runWhatIsNoticed(threads, finder);
        news.await(NO_WAIT);
        news.await(NO_WAIT);
    }

    @Test
    void the_thread_that_hears_of_a_task_runs_it_and_another_hears_of_the_next() throws Exception {
        listen(this::find);
        add("a");
        Awaitility.await().atMost(PATIENCE).until(() -> ran.size() == 1);
        add("b");
        Awaitility.await().atMost(PATIENCE).until(() -> ran.size() == 2);
        assertThat(found).isEqualTo(ran);
        assertThat(ran.get(0)).isNotSameAs(ran.get(1));
    }

    @Test
    void when_there_is_no_room_for_it_whoever_waits_is_woken() throws Exception {
        listen(() -> {
            found.add(Thread.currentThread());
            return Optional.empty();
        });
        add("a");
        assertTimeoutPreemptively(PATIENCE, () -> news.await(LONG));
        assertThat(found).isNotEmpty();
        assertThat(ran).isEmpty();
    }

    @Test
    void what_came_with_a_task_that_is_run_wakes_whoever_waits() throws Exception {
        listen(this::find);
        add("a");
        assertTimeoutPreemptively(PATIENCE, () -> news.await(LONG));
    }

    @Test
    void an_error_in_the_claiming_is_told_and_the_next_task_is_heard_of() throws Exception {
        List<Supplier<Optional<Runnable>>> answers = new ArrayList<>(List.of(
                () -> {
                    throw new IllegalStateException("planted");
                },
                this::find));
        listen(() ->
                answers.size() > 1 ? answers.remove(0).get() : answers.get(0).get());
        add("a");
        Awaitility.await().atMost(PATIENCE).until(() -> !events.isEmpty());
        assertThat(events.get(0).describe()).contains("cannot be claimed", "planted");
        add("b");
        Awaitility.await().atMost(PATIENCE).until(() -> ran.size() == 1);
    }

    @Test
    void where_nobody_can_take_its_place_the_listener_goes_on_after_the_task() throws Exception {
        List<Runnable> accepted = new CopyOnWriteArrayList<>();
        news.runWhatIsNoticed(
                task -> {
                    if (!accepted.isEmpty()) throw new RejectedExecutionException("planted");
                    accepted.add(task);
                    threads.execute(task);
                },
                this::find);
        news.await(NO_WAIT);
        add("a");
        Awaitility.await().atMost(PATIENCE).until(() -> ran.size() == 1);
        assertThat(events.get(0).describe()).contains("no thread can be started to listen");
        released.countDown();
        add("b");
        Awaitility.await().atMost(PATIENCE).until(() -> ran.size() == 2);
        assertThat(ran.get(0)).isSameAs(ran.get(1));
    }

    /** Notices that the test decides: first a draft, then the name that it gets. */
    @Test
    void a_draft_is_no_news_and_its_name_is() throws Exception {
        CountDownLatch drafted = new CountDownLatch(1);
        CountDownLatch named = new CountDownLatch(1);
        List<String> notices = new ArrayList<>(List.of(".draft-1-a", "a"));
        Disk.FolderWatch scripted = new Disk.FolderWatch() {
            @Override
            public Disk.Changes await(Duration atMost) throws InterruptedException {
                if (notices.size() == 1) {
                    drafted.countDown();
                    named.await();
                }
                if (notices.isEmpty()) new CountDownLatch(1).await();
                return new Disk.Changes(List.of(folder.resolve(notices.remove(0))), false);
            }

            @Override
            public void close() {}
        };
        news.close();
        news = new News(
                new QueuePorts(watching(scripted), Time.system(), new SplittableRandom(1), events::add), folder);
        listen(this::find);
        drafted.await();
        assertThat(found).isEmpty();
        named.countDown();
        Awaitility.await().atMost(PATIENCE).until(() -> ran.size() == 1);
    }

    private static Disk watching(Disk.FolderWatch scripted) {
        return (Disk) Proxy.newProxyInstance(
                NewsTest.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (!method.getName().equals("watch")) throw new AssertionError(method);
                    return scripted;
                });
    }
}

package dev.millrace.bench;

import dev.millrace.time.Time;
import java.sql.SQLException;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.AbstractStorageProvider;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.storage.sql.sqlite.SqLiteStorageProvider;
import org.jspecify.annotations.Nullable;

/** JobRunr, with as many workers as were found to be the fastest. It does not poll an SQL database more often than every 5 s. */
final class JobRunrPeer implements Peer {
    private static final int POLL_SECONDS = 5;

    private final Database database;
    private final int workers;
    private final AbstractStorageProvider storage;
    private final JobRequestScheduler scheduler;
    private final Runner runner;
    private @Nullable BackgroundJobServer server;

    JobRunrPeer(Database database, Board board, int workers) {
        this.database = database;
        this.workers = workers;
        this.runner = new Runner(board);
        this.storage = database.isPostgres()
                ? new PostgresStorageProvider(database.source())
                : new SqLiteStorageProvider(database.source());
        this.scheduler =
                JobRunr.configure().useStorageProvider(storage).initialize().getJobRequestScheduler();
    }

    /** What is stored with a job. */
    record Noop(int number, String payload) implements JobRequest {
        @Override
        public Class<NoopRun> getJobRequestHandler() {
            return NoopRun.class;
        }
    }

    /** Notes that a job ran. Public, because JobRunr calls it by reflection. */
    public record NoopRun(Board board) implements JobRequestHandler<Noop> {
        @Override
        public void run(Noop noop) {
            board.mark(noop.number() % MarkHandler.MOST, Time.system().nanos());
        }
    }

    /** Hands the handler to JobRunr, which cannot make one that needs something. */
    private record Runner(Board board) implements JobActivator {
        @Override
        public <T> T activateJob(Class<T> type) {
            return type.cast(new NoopRun(board));
        }
    }

    @Override
    public void submit(int number) {
        scheduler.enqueue(new Noop(number, Payload.TEXT));
    }

    @Override
    public void submitAll(int first, int count) {
        scheduler.enqueue(IntStream.range(first, first + count).mapToObj(number -> new Noop(number, Payload.TEXT)));
    }

    @Override
    public void start() {
        BackgroundJobServer fresh = JobRunr.configure()
                .useStorageProvider(storage)
                .useJobActivator(runner)
                .useBackgroundJobServer(BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                        .andWorkerCount(workers)
                        .andPollIntervalInSeconds(POLL_SECONDS))
                .initialize()
                .getBackgroundJobServer();
        server = fresh;
    }

    @Override
    public void stop() {
        BackgroundJobServer running = server;
        server = null;
        if (running != null) running.stop();
    }

    @Override
    public long remaining() throws SQLException {
        return database.number("select count(*) from jobrunr_jobs where state <> 'SUCCEEDED'");
    }

    @Override
    public void close() {
        stop();
        storage.close();
    }
}

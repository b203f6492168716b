package dev.millrace.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.millrace.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * db-scheduler. Its documentation says for high throughput: lock and fetch, with limits of 1.0 and 4.0, where the database
 * can skip locked rows; and immediate execution for a quick start.
 */
final class DbSchedulerPeer implements Peer {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Database database;
    private final int threads;
    private final OneTimeTask<String> task;
    private final SchedulerClient client;
    private final Time time = Time.system();
    private @Nullable Scheduler scheduler;

    DbSchedulerPeer(Database database, Board board, int threads) throws SQLException {
        this.database = database;
        this.threads = threads;
        this.task = Tasks.oneTime("noop", String.class)
                .execute((instance, context) ->
                        board.mark(Integer.parseInt(instance.getId()) % MarkHandler.MOST, time.nanos()));
        createTable();
        this.client = SchedulerClient.Builder.create(database.source(), task).build();
    }

    private void createTable() throws SQLException {
        String moment = database.isPostgres() ? "timestamp with time zone" : "timestamp";
        String bytes = database.isPostgres() ? "bytea" : "blob";
        String flag = database.isPostgres() ? "boolean" : "bit";
        database.execute(
                "create table scheduled_tasks (task_name text not null, task_instance text not null, task_data " + bytes
                        + ", execution_time " + moment + ", picked " + flag + " not null, picked_by text, last_success "
                        + moment + ", last_failure " + moment + ", consecutive_failures int, last_heartbeat " + moment
                        + ", version bigint not null, priority smallint, state text,"
                        + " primary key (task_name, task_instance))",
                "create index execution_time_idx on scheduled_tasks (execution_time)",
                "create index last_heartbeat_idx on scheduled_tasks (last_heartbeat)");
    }

    private SchedulableInstance<String> instance(int number) {
        return SchedulableInstance.of(task.instance(Integer.toString(number), Payload.TEXT), time.instant());
    }

    /** A running scheduler notices at once what is handed to itself. */
    @Override
    public void submit(int number) {
        SchedulerClient running = scheduler;
        (running == null ? client : running).scheduleIfNotExists(instance(number));
    }

    @Override
    public void submitAll(int first, int count) {
        List<SchedulableInstance<?>> instances = new ArrayList<>(count);
        for (int number = first; number < first + count; number++) instances.add(instance(number));
        client.scheduleBatch(instances);
    }

    /** One that was stopped cannot be started again. */
    @Override
    public void start() {
        SchedulerBuilder builder = Scheduler.create(database.source(), task)
                .threads(threads)
                .pollingInterval(POLL)
                .enableImmediateExecution();
        if (database.isPostgres()) builder.pollUsingLockAndFetch(1.0, 4.0);
        else builder.pollUsingFetch(0.5, 3.0);
        Scheduler fresh = builder.build();
        scheduler = fresh;
        fresh.start();
    }

    @Override
    public void stop() {
        Scheduler running = scheduler;
        scheduler = null;
        if (running != null) running.stop();
    }

    @Override
    public long remaining() throws SQLException {
        return database.number("select count(*) from scheduled_tasks");
    }

    @Override
    public void close() {
        stop();
    }
}

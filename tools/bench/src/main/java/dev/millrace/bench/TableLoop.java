package dev.millrace.bench;

import dev.millrace.time.Time;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A queue by hand: a table, and workers that delete what they have run, in the transaction in which they took it. In
 * PostgreSQL they pass over rows that others hold.
 */
final class TableLoop implements Peer {
    private static final Duration IDLE = Duration.ofMillis(2);
    private static final Duration JOIN = Duration.ofSeconds(30);

    private final Database database;
    private final Board board;
    private final int workers;
    private final int by;
    private final Time time = Time.system();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    TableLoop(Database database, Board board, int workers, int by) throws SQLException {
        this.database = database;
        this.board = board;
        this.workers = workers;
        this.by = by;
        String id = database.isPostgres() ? "bigserial primary key" : "integer primary key autoincrement";
        database.execute("create table task (id " + id + ", number int not null, payload text not null)");
    }

    @Override
    public void submit(int number) throws SQLException {
        submitAll(number, 1);
    }

    @Override
    public void submitAll(int first, int count) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into task (number, payload) values (?, ?)")) {
                for (int number = first; number < first + count; number++) {
                    insert.setInt(1, number);
                    insert.setString(2, Payload.TEXT);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    @Override
    public void start() {
        stopping = false;
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(this::work, "loop-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void work() {
        String locked = database.isPostgres() ? " for update skip locked" : "";
        String take = "delete from task where id in (select id from task order by id" + locked + " limit " + by
                + ") returning number, payload";
        try {
            while (!stopping) {
                if (step(take) == 0) time.sleep(IDLE);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the loop broke", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SQLite has one connection, which submitters need too; PostgreSQL's are plenty. */
    private int step(String take) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            int taken = 0;
            try (PreparedStatement statement = connection.prepareStatement(take);
                    ResultSet rows = statement.executeQuery()) {
                for (; rows.next(); taken++) board.mark(rows.getInt(1) % MarkHandler.MOST, time.nanos());
            }
            connection.commit();
            connection.setAutoCommit(true);
            return taken;
        }
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) thread.join(JOIN.toMillis());
        threads.clear();
    }

    @Override
    public long remaining() throws SQLException {
        return database.number("select count(*) from task");
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}

package dev.millrace.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An empty database for one run: a schema of its own in PostgreSQL, or a new file of SQLite whose every commit is forced.
 * SQLite lets one write at a time; more connections would only wait for each other, and that less well.
 */
final class Database implements AutoCloseable {
    private static final String SCHEMA = "millrace_bench";
    private static final int SQLITE_CONNECTIONS = 1;

    private final HikariDataSource source;
    private final boolean postgres;

    private Database(HikariDataSource source, boolean postgres) {
        this.source = source;
        this.postgres = postgres;
    }

    static Database open(String url, Path folder, int connections) throws SQLException {
        boolean postgres = !url.isEmpty();
        HikariConfig config = new HikariConfig();
        if (postgres) {
            config.setJdbcUrl(url + (url.contains("?") ? "&" : "?") + "currentSchema=" + SCHEMA);
            config.setConnectionInitSql("set synchronous_commit = on");
        } else {
            config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("tasks.db")
                    + "?journal_mode=WAL&synchronous=FULL&busy_timeout=60000");
        }
        config.setMaximumPoolSize(postgres ? connections : SQLITE_CONNECTIONS);
        Database database = new Database(new HikariDataSource(config), postgres);
        if (postgres) database.execute("drop schema if exists " + SCHEMA + " cascade", "create schema " + SCHEMA);
        return database;
    }

    boolean isPostgres() {
        return postgres;
    }

    HikariDataSource source() {
        return source;
    }

    Connection connect() throws SQLException {
        return source.getConnection();
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String one : statements) statement.execute(one);
        }
    }

    /** The first number of a query's first row. */
    long number(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** What the server's processes have taken so far, when it runs on this machine; 0 for an embedded database. */
    double serverCpuSeconds() throws SQLException, IOException {
        return postgres ? Proc.cpuSecondsOfServer(number("select pg_backend_pid()"), "postgres") : 0;
    }

    /** Leaves nothing in a server that others use too. */
    @Override
    public void close() throws SQLException {
        try (source) {
            if (postgres) execute("drop schema if exists " + SCHEMA + " cascade");
        }
    }
}

package dev.millrace.bench;

import java.util.Locale;

/** Another queue, with its fastest documented settings. Its tasks carry {@link Payload#TEXT} and do what ours do. */
interface Peer extends AutoCloseable {

    /** Accepts one task, durably. */
    void submit(int number) throws Exception;

    /** Accepts tasks with these numbers in one go. */
    void submitAll(int first, int count) throws Exception;

    /** Lets workers work. */
    void start() throws Exception;

    /** Lets them finish what they run, and ends them. */
    void stop() throws Exception;

    /** How many tasks are not settled. */
    long remaining() throws Exception;

    @Override
    void close() throws Exception;

    /** All there are. */
    enum Name {
        LOOP,
        DB_SCHEDULER,
        JOBRUNR;

        Peer make(Assignment assignment, Database database, Board board) throws Exception {
            int workers = assignment.whole("workers", 1);
            return switch (this) {
                case LOOP -> new TableLoop(database, board, workers, assignment.whole("by", 1));
                case DB_SCHEDULER -> new DbSchedulerPeer(database, board, workers);
                case JOBRUNR -> new JobRunrPeer(database, board, workers);
            };
        }

        static Name of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}

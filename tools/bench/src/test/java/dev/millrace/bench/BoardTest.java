package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardTest {
    @TempDir
    Path folder;

    @Test
    void whoever_maps_the_same_file_sees_what_ran() throws Exception {
        Board handlers = Board.in(folder.resolve("board"), 10);
        Board looker = Board.in(folder.resolve("board"), 10);

        handlers.mark(3, 500);
        handlers.ran(600);

        assertThat(looker.count()).isEqualTo(2);
        assertThat(looker.first()).isEqualTo(500);
        assertThat(looker.marked(3)).isEqualTo(500);
        assertThat(looker.marked(4)).isZero();
        looker.reset();
        assertThat(handlers.count()).isZero();
    }

    @Test
    void no_task_of_several_threads_is_missed() throws Exception {
        Board board = Board.in(folder.resolve("board"), 0);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++)
            threads.add(new Thread(() -> {
                for (int j = 0; j < 10_000; j++) board.ran(1);
            }));
        threads.forEach(Thread::start);
        for (Thread thread : threads) thread.join();

        assertThat(board.count()).isEqualTo(40_000);
    }
}

package dev.millrace.lifecycle;

import dev.millrace.lifecycle.Explanation.Code;
import dev.millrace.task.Task;
import org.junit.jupiter.api.Test;

/** Who stands in line is told of the slots for which it stands there. */
class WhyLineTest extends WhyWorld {
    @Test
    void slots_of_workers_that_cannot_take_it_are_not_free_for_it() throws Exception {
        for (int i = 0; i < 5; i++) submit(Task.of("k").id("t" + i));
        submit(Task.of("video").id("film"));
        beat(w1, 0, 0);
        expect("t4", Code.IN_LINE, "all 2 slots that may take it are taken");
        expect("k", Code.IN_LINE, "all 2 slots that may take it are taken");
        expect("film", Code.NOTHING, "2 of 4 slots are free");
        WorkerOrders.give(disk, queue.layout(), "w2", WorkerOrders.Order.DRAIN);
        expect("film", Code.IN_LINE, "all 2 slots that may take it are taken");
        WorkerOrders.give(disk, queue.layout(), "w2", WorkerOrders.Order.RUN);
        submit(Task.of("video").id("own").worker("w1"));
        expect("own", Code.IN_LINE, "all 2 slots that may take it are taken");
    }
}

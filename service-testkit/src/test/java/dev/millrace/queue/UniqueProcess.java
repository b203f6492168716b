package dev.millrace.queue;

import dev.millrace.storage.Durability;
import dev.millrace.task.Task;
import dev.millrace.task.UniquePolicy;
import java.time.Duration;

/** A process that submits tasks with the same keys as others do, in the same order, and says how many it has added. */
final class UniqueProcess {
    private UniqueProcess() {}

    /**
     * @param arguments queue folder, a name, the number of keys, and the policy
     */
    public static void main(String[] arguments) throws Exception {
        TaskQueue queue = ProcessWork.queue(
                arguments[0], QueueOptions.defaults().withDurability(Durability.OS), ProcessWork.ports());
        ProcessWork.awaitStart();
        UniquePolicy policy = UniquePolicy.valueOf(arguments[3]);
        int added = 0;
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++)
            if (queue.submit(task(policy, arguments[1] + i, "key" + i)).isNew()) added++;
        System.out.println(added);
    }

    private static Task task(UniquePolicy policy, String id, String key) {
        Task task = Task.of("k").id(id).uniqueKey(key).unique(policy);
        return policy == UniquePolicy.DEBOUNCE ? task.uniqueWindow(Duration.ofHours(1)) : task;
    }
}

package dev.millrace.recurring;

import java.nio.file.Path;
import java.time.Duration;

/** A steward in a process of its own, whose clock goes on by a minute whenever it is told to; it says how often it has fired. */
final class RecurringProcess {
    private RecurringProcess() {}

    static RecurringTask task(int dueTimes) {
        return RecurringWorld.eachMinute().overlap(Overlap.ALLOW).catchUp(CatchUp.all(dueTimes));
    }

    /** @param arguments folder, a seed, the number of due times */
    public static void main(String[] arguments) throws Exception {
        int dueTimes = Integer.parseInt(arguments[2]);
        RecurringWorld world = new RecurringWorld(Path.of(arguments[0]), Long.parseLong(arguments[1]), task(dueTimes));
        RecurringWorld.Steward steward = world.steward();
        System.out.println("ready");
        for (int i = 0; i < dueTimes; i++) {
            System.in.read();
            world.time.advance(Duration.ofMinutes(1));
            System.out.println(steward.step());
        }
    }
}

package dev.millrace.cli;

/** The entry point; for now it only says what the commands will be. */
final class MillraceMain {
    private MillraceMain() {}

    public static void main(String[] args) {
        System.out.println("usage: millrace demo | start | status | health | stop | submit | tasks | task | logs"
                + " | snapshot | workers | drain | validate");
    }
}

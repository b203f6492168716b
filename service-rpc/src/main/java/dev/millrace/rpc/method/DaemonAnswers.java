package dev.millrace.rpc.method;

/** Forms of answers about the daemon. */
final class DaemonAnswers {
    private DaemonAnswers() {}

    /** What the daemon takes on. */
    static Shape limits() {
        return Shape.object()
                .titled("limits")
                .need("max_memory_mb", "number", "MiB that the daemon and its services' workers may use")
                .need("max_processes", "integer", "how many processes workers may be")
                .need("max_pending", "integer", "how many tasks of a service may wait before further ones are refused")
                .need("max_concurrent_jobs", "integer", "how many jobs of a service may run at once")
                .need("max_job_history", "integer", "how many jobs of a service that have ended are remembered")
                .need("monitor_interval_sec", "number", "how often resources are measured, in seconds");
    }

    /** How the daemon was started. */
    static Shape host() {
        return Shape.object()
                .may("socket", "string", "where it listens")
                .may("socket_mode", "string", "who may connect: 0600, or 0660 with a group")
                .may("group", "string?", "whose members may connect, too; null for nobody else")
                .may("backlog", "integer", "connections that the system holds until they are accepted")
                .may("max_message_bytes", "integer", "one message, in either direction, with its newline")
                .may("max_connections", "integer", "open at once")
                .may("max_concurrent_requests", "integer", "methods that run at once")
                .may("max_waiting_requests", "integer", "requests that wait for their turn; one more is refused")
                .may("max_batch_requests", "integer", "requests in one batch")
                .may("max_buffered_bytes", "integer", "of large messages under way, of all connections together")
                .may("max_streams", "integer", "open at once")
                .may("max_stream_events", "integer", "notifications that wait for a slow reader of a stream")
                .may("stream_heartbeat_sec", "number", "after so long without a word a stream says stream.heartbeat")
                .may("stall_sec", "number", "after so long in which it takes nothing a reader is dropped");
    }

    /** What the socket has to do. */
    static Shape calls() {
        return Shape.object()
                .need("connections", "integer", "open now")
                .need("running", "integer", "methods that run now")
                .need("waiting", "integer", "requests that wait for their turn now")
                .need("streams", "integer", "open now")
                .need("accepted", "integer", "connections since the start")
                .need("answered", "integer", "requests since the start")
                .need("dropped", "integer", "notifications that slow readers missed since the start");
    }

    /** Failures that look alike. */
    static Shape pattern() {
        return Shape.object()
                .need("id", "string", "the same for the same kind, exception, message and place in the code")
                .need("kind", "string", "of the tasks; empty for the default kind")
                .need("error_class", "string", "the exception; empty when none was named")
                .need("message", "string", "what varies in it, such as numbers, is replaced")
                .need("frame", "string", "where in the code it was thrown; empty when nobody knows")
                .need("count", "integer", "attempts that failed so")
                .need("helped", "integer", "how many of the tasks were done by a later attempt")
                .need("gave_up", "integer", "how many of them failed for good")
                .need("first_seen", "string", "ISO 8601")
                .need("last_seen", "string", "ISO 8601")
                .need("example", example(), "the last of them")
                .need("pattern_type", "string", "retry_success when retries mostly helped, else failure")
                .need("pattern_name", "string", "exception and kind, for people")
                .need("description", "string", "as message")
                .need(
                        "effectiveness_score",
                        "number",
                        "the share of tasks that a retry saved, 0 to 1; 0.5 while not known")
                .need("priority_score", "number", "how much it matters now, 0 to 1")
                .need("occurrence_count", "integer", "as count")
                .need(
                        "quarantine_status",
                        "string",
                        "pending while too little is known of retries, validated when they mostly help, quarantined when they"
                                + " hardly do")
                .need("trust_score", "number", "how much the rest is to be relied on, 0 to 1")
                .need("retries", "string", "what to conclude, for people");
    }

    private static Shape example() {
        return Shape.object()
                .need("service", "string", "whose task it was")
                .need("task_id", "string", "the task")
                .need("stem", "string", "its unique name")
                .need("attempt", "integer", "which attempt, from 1")
                .need("error", "string", "its message; cut at 1,000 characters")
                .need("at", "number", "when it ended, epoch seconds");
    }
}

package dev.millrace.rpc;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The errors that the wire knows. The first five are JSON-RPC's own, the others lie in its range for servers. */
public enum RpcErrorCode {
    /** The line is not one JSON document in UTF-8, or it is too long or too deep. */
    PARSE_ERROR(-32700),
    /** JSON, but not a request. */
    INVALID_REQUEST(-32600),
    METHOD_NOT_FOUND(-32601),
    /** A parameter is missing, or not what it should be. */
    INVALID_PARAMS(-32602),
    /** The method failed in a way that it did not expect. */
    INTERNAL_ERROR(-32603),
    /** There is no such job, service or task; or a job could not be submitted. */
    JOB_NOT_FOUND(-32000),
    /** A limit is reached: of connections, requests, streams, memory, or of what the daemon takes on. Try again later. */
    RESOURCE_EXHAUSTED(-32001),
    /** What was to be started runs already. */
    ALREADY_RUNNING(-32002),
    /** The daemon stops, and takes on nothing new. */
    SHUTTING_DOWN(-32003),
    /** The job is in no state that can be resumed. */
    NOT_RESUMABLE(-32004),
    /** The folder that was named is not there, or cannot be used. */
    WORKSPACE_NOT_FOUND(-32005),
    /** The caller may not do this. */
    FORBIDDEN(-32006);

    private final int number;

    RpcErrorCode(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The name in {@code data.reason} when nothing more precise is known, such as {@code method_not_found}. */
    public String reason() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The code with a number; empty for numbers that we do not use. */
    public static Optional<RpcErrorCode> of(int number) {
        return Arrays.stream(values()).filter(code -> code.number == number).findFirst();
    }
}

package dev.millrace.rpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.json.Json;

/**
 * An error reply. A method throws it to answer with an error that it means; whatever else it throws becomes an
 * {@link RpcErrorCode#INTERNAL_ERROR}.
 */
public final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;
    private final RpcErrorCode code;
    private final transient ObjectNode data;

    private RpcException(RpcErrorCode code, String message, ObjectNode data) {
        super(message);
        this.code = code;
        this.data = data;
    }

    /**
     * An error whose {@code data.reason} is the code's own.
     *
     * @param message for people: what is wrong, and the way out
     */
    public static RpcException of(RpcErrorCode code, String message) {
        return of(code, code.reason(), message);
    }

    /**
     * An error with a reason of its own.
     *
     * @param reason for programs, in snake case; it becomes {@code data.reason} and never changes
     * @param message for people: what is wrong, and the way out
     */
    public static RpcException of(RpcErrorCode code, String reason, String message) {
        return new RpcException(code, message, Json.object().put("reason", reason));
    }

    /** A parameter is missing or not what it should be; {@code data.param} names it. */
    public static RpcException invalidParam(String param, String message) {
        return of(RpcErrorCode.INVALID_PARAMS, message).with("param", param);
    }

    /** The same error with one more member in {@code data}. */
    public RpcException with(String member, Object value) {
        ObjectNode more = data.deepCopy();
        more.set(member, Json.tree(value));
        return new RpcException(code, String.valueOf(getMessage()), more);
    }

    public RpcErrorCode code() {
        return code;
    }

    /** What programs may read; always has {@code reason}. Not to be changed. */
    public ObjectNode data() {
        return data;
    }

    /** An answer, not a fault: nobody looks at its trace, and some are sent thousands of times a second. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}

package dev.millrace.rpc.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.codec.Reply;

/** The daemon answered with an error; the message is its own. Errors that one may want to tell apart have a type. */
public sealed class ErrorReplyException extends DaemonException
        permits MethodNotFoundException,
                JobRefusedException,
                ResourceExhaustedException,
                AlreadyRunningException,
                ShuttingDownException {
    private static final long serialVersionUID = 1L;
    private final int code;
    private final transient JsonNode data;

    ErrorReplyException(Reply.Failure reply) {
        this(reply, reply.message());
    }

    ErrorReplyException(Reply.Failure reply, String message) {
        super(message);
        this.code = reply.code();
        this.data = reply.data();
    }

    /** The exception for a reply. */
    static ErrorReplyException of(Reply.Failure reply) {
        return RpcErrorCode.of(reply.code())
                .map(code -> switch (code) {
                    case METHOD_NOT_FOUND -> new MethodNotFoundException(reply);
                    case JOB_NOT_FOUND, NOT_RESUMABLE, WORKSPACE_NOT_FOUND -> new JobRefusedException(reply);
                    case RESOURCE_EXHAUSTED -> new ResourceExhaustedException(reply);
                    case ALREADY_RUNNING -> new AlreadyRunningException(reply);
                    case SHUTTING_DOWN -> new ShuttingDownException(reply);
                    case PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, INTERNAL_ERROR, FORBIDDEN ->
                        new ErrorReplyException(reply);
                })
                .orElseGet(() -> new ErrorReplyException(reply));
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** {@code data.reason}: what programs go by; empty when the daemon gave none. */
    public String reason() {
        return data.path("reason").asText("");
    }

    /** What else the daemon said for programs; JSON's null when nothing. */
    public JsonNode data() {
        return data;
    }
}

package dev.millrace.rpc.server;

import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;

/** What the server itself says no to, and why. The reasons are part of the wire. */
final class Refusals {
    private Refusals() {}

    static RpcException messageTooLong(int limit) {
        return RpcException.of(
                        RpcErrorCode.PARSE_ERROR,
                        "message_too_long",
                        "a message may have " + limit + " bytes, with its newline")
                .with("limit", limit);
    }

    static RpcException buffersFull() {
        return exhausted("buffers_full", "too many large messages are on their way; try again later");
    }

    static RpcException unread(Throwable why) {
        return exhausted("message_unread", "the message could not be read; send less at once")
                .with("exception", why.getClass().getName());
    }

    /** Unlike the others, said of what was carried out. */
    static RpcException replyDropped() {
        return exhausted("reply_dropped", "it was carried out, but there is no memory for its answer");
    }

    static RpcException stalled() {
        return exhausted("message_stalled", "a long message was begun and did not go on");
    }

    static RpcException tooManyRequests() {
        return exhausted(
                "too_many_requests", "all request slots are taken and too many requests wait already; try again later");
    }

    static RpcException noThread(Throwable why) {
        return exhausted("no_thread", "there is no thread for it now, and nothing was carried out; try again later")
                .with("exception", why.getClass().getName());
    }

    static RpcException tooManyAwaiting() {
        return exhausted("too_many_requests", "as many callers wait for something to happen as may; try again later");
    }

    static RpcException tooManyConnections() {
        return exhausted("too_many_connections", "all connections are taken; close some, or try again later");
    }

    static RpcException tooManyStreams(int most) {
        return exhausted("too_many_streams", "all " + most + " streams are taken");
    }

    private static RpcException exhausted(String reason, String message) {
        return RpcException.of(RpcErrorCode.RESOURCE_EXHAUSTED, reason, message);
    }

    static RpcException unwritten(Throwable why) {
        return RpcException.of(
                        RpcErrorCode.INTERNAL_ERROR,
                        "unwritable_result",
                        "Internal error: it was carried out, but its answer could not be written")
                .with("exception", why.getClass().getName());
    }

    static RpcException streamInBatch() {
        return RpcException.of(RpcErrorCode.INVALID_REQUEST, "stream_in_batch", "a stream cannot be opened in a batch");
    }

    static RpcException duplicateId() {
        return RpcException.of(
                RpcErrorCode.INVALID_REQUEST, "duplicate_id", "a stream with this id is open on this connection");
    }

    static RpcException peer(String user) {
        return RpcException.of(RpcErrorCode.FORBIDDEN, "peer_refused", "user " + user + " may not talk to this daemon");
    }

    static RpcException closing() {
        return RpcException.of(RpcErrorCode.SHUTTING_DOWN, "the daemon stops; start it, and call again");
    }
}

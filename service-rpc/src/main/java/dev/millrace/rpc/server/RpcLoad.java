package dev.millrace.rpc.server;

/**
 * What a server has to do.
 *
 * @param connections open
 * @param running methods that hold a slot
 * @param waiting requests that wait for a slot
 * @param streams open
 * @param accepted connections, since the start
 * @param answered requests, since the start
 * @param dropped notifications that slow readers missed, since the start
 */
public record RpcLoad(
        int connections, int running, int waiting, int streams, long accepted, long answered, long dropped) {
    /** Of a server that is not open yet. */
    public static final RpcLoad NONE = new RpcLoad(0, 0, 0, 0, 0, 0, 0);
}

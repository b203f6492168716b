package dev.millrace.rpc.server;

import dev.millrace.rpc.codec.ByteBudget;
import java.util.concurrent.Executor;

/**
 * What all connections of a server share.
 *
 * @param budget for large messages on their way in or out
 * @param streams for what waits in the buffers of streams
 * @param aside one thread for what is too long for the loop and needs no slot: to read large messages, to end streams
 */
record Serving(
        RpcLimits limits,
        ByteBudget budget,
        ByteBudget streams,
        Endpoint desk,
        Endpoint lobby,
        Counts counts,
        Executor aside,
        RpcPorts ports) {}

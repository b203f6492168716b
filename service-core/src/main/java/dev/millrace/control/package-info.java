/**
 * The control plane: everything that can be asked of the services under one share, apart from how the asking travels.
 * JSON-RPC and HTTP are transports over {@link dev.millrace.control.ServiceControl}; they know it, and never a worker.
 *
 * <p>Nothing here is needed for the work to be done: the queue's directory and its workers do it. What is kept here
 * (events, what failures have taught) is for those who look; whoever kills the process that hosts it loses a socket.
 */
@NullMarked
package dev.millrace.control;

import org.jspecify.annotations.NullMarked;

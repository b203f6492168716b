/** The server's end: one thread that serves all connections, a bounded pool for methods, and the streams. */
@NullMarked
package dev.millrace.rpc.server;

import org.jspecify.annotations.NullMarked;

/** The socket's file: how it is born private, found stale or alive, held by one server, and removed. */
@NullMarked
package dev.millrace.rpc.socket;

import org.jspecify.annotations.NullMarked;

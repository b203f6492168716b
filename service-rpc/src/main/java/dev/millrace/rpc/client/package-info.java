/** The client's end: calls with one deadline over a pool of connections, streams, and a look whether a daemon lives. */
@NullMarked
package dev.millrace.rpc.client;

import org.jspecify.annotations.NullMarked;

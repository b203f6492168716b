/**
 * The daemon's methods: one table, from which the server's handlers and docs/reference/rpc.md are made. A method reads its
 * parameters, calls {@link dev.millrace.control.ServiceControl} and writes the answer; nothing is decided here.
 */
@NullMarked
package dev.millrace.rpc.method;

import org.jspecify.annotations.NullMarked;

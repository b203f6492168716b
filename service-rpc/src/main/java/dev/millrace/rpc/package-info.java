/**
 * What a method of the daemon is, apart from how its bytes travel: its name, its parameters, its result or its stream, and
 * the errors that the wire knows. {@code codec} is the line protocol, {@code socket} the file, {@code server} and
 * {@code client} the two ends.
 */
@NullMarked
package dev.millrace.rpc;

import org.jspecify.annotations.NullMarked;

/** The line protocol, apart from how bytes travel: lines out of bytes, requests out of lines, and replies into lines. */
@NullMarked
package dev.millrace.rpc.codec;

import org.jspecify.annotations.NullMarked;

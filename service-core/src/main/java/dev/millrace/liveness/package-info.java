/** Who is alive: processes, incarnations, heartbeats and the judgement over them. */
@NullMarked
package dev.millrace.liveness;

import org.jspecify.annotations.NullMarked;

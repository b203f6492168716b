/** The two clocks and the one way to wait. Everything that needs the time is handed a {@link dev.millrace.time.Time}. */
@NullMarked
package dev.millrace.time;

import org.jspecify.annotations.NullMarked;

/** The soak: real processes on a real disk, killed, stopped and starved, and a verdict that asks nobody but its own ledger. */
@NullMarked
package dev.millrace.soak;

import org.jspecify.annotations.NullMarked;

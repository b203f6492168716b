/** The command line of Millrace, started by {@code ./millrace}. */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;

/** Measures Millrace, the disk below it, and others beside it. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;

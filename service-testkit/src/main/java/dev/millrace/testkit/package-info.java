/**
 * What it takes to test code that stands on Millrace: a service in memory for JUnit ({@link MillraceExtension}), clocks
 * that obey, a disk that fails on command, events that are kept, and the suite that every {@link
 * dev.millrace.queue.TaskQueue} must pass.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;

/** What happened in the queue and its workers, as typed events for logs, tests and dashboards. */
@NullMarked
package dev.millrace.event;

import org.jspecify.annotations.NullMarked;

/** The queue directory: submit, claim, settle, rescue, promotion, retention and counts. */
@NullMarked
package dev.millrace.queue;

import org.jspecify.annotations.NullMarked;

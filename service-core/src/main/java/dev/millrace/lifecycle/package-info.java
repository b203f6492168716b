/** The service as a whole: start, status, health, stop, submit, and the record that survives its controller. */
@NullMarked
package dev.millrace.lifecycle;

import org.jspecify.annotations.NullMarked;

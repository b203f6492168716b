/** What a task is: its document, its name on disk, its states and its outcomes. */
@NullMarked
package dev.millrace.task;

import org.jspecify.annotations.NullMarked;

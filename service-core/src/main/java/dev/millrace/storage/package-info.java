/** The port through which every file of a queue is read and written, and its implementation on the local file system. */
@NullMarked
package dev.millrace.storage;

import org.jspecify.annotations.NullMarked;

/** What an app sees of Millrace: handlers and what they are given; and the life of a worker that runs them. */
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;

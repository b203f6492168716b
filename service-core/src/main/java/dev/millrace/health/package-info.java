/** Facts about a running service, the gate over them, and the documents that carry both. */
@NullMarked
package dev.millrace.health;

import org.jspecify.annotations.NullMarked;

/** How workers come to life: as processes of this host, over ssh on others, or as threads of the caller. */
@NullMarked
package dev.millrace.launch;

import org.jspecify.annotations.NullMarked;

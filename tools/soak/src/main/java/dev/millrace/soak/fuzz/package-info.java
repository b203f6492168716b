/** Documents that are made up, and what reads them. */
@NullMarked
package dev.millrace.soak.fuzz;

import org.jspecify.annotations.NullMarked;

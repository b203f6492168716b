/** The sample app: one handler, which profiles a CSV file of any size in a bounded amount of memory. */
@NullMarked
package dev.millrace.app.mycode;

import org.jspecify.annotations.NullMarked;

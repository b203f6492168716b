/** How documents are read (Python's dialect, under strict limits) and written (strict JSON, ASCII only). */
@NullMarked
package dev.millrace.json;

import org.jspecify.annotations.NullMarked;

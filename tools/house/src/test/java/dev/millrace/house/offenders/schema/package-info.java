/** Breaks the rules of the house, so that a test can see them bite. */
@NullMarked
package dev.millrace.house.offenders.schema;

import org.jspecify.annotations.NullMarked;

/** The JSON Schemas of the published documents and the check against them. */
@NullMarked
package dev.millrace.schema;

import org.jspecify.annotations.NullMarked;

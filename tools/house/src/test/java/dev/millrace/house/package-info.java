/** The rules of the house as tests: over the class files, over the text of the tree, and over how programs start. */
@NullMarked
package dev.millrace.house;

import org.jspecify.annotations.NullMarked;

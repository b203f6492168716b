/** What an app and its operator may set, where it comes from, and what is said when it is wrong. */
@NullMarked
package dev.millrace.settings;

import org.jspecify.annotations.NullMarked;

/** The command {@code health_check}: asks a service how it is, judges the answer, and exits with what cron can use. */
@NullMarked
package dev.millrace.healthcheck;

import org.jspecify.annotations.NullMarked;

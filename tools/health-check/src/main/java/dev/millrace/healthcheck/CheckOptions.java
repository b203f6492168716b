package dev.millrace.healthcheck;

import dev.millrace.health.HealthFormat;

/**
 * A command line, understood.
 *
 * @param request what to ask
 * @param overrides the thresholds that it gives
 * @param format the form of the answer
 * @param verbose 0 for one line on standard error, from 1 on for more
 */
record CheckOptions(Request request, Overrides overrides, HealthFormat format, int verbose) {}

package dev.millrace.app.mycode;

import org.jspecify.annotations.Nullable;

/** Numbers below which 25, 50, 75 and 95 of 100 values lie; null where numbers are too large to be summed. */
record QuantileReport(
        @Nullable Double p25,
        @Nullable Double p50,
        @Nullable Double p75,
        @Nullable Double p95) {}

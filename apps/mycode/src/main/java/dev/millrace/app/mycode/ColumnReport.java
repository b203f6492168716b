package dev.millrace.app.mycode;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a column holds.
 *
 * @param position from 1
 * @param name from the header; it may be empty or occur twice
 * @param missing values that are empty or stand for a missing one
 * @param distinct how many different texts, missing ones left out
 * @param minimum a number of a numeric column, else a text, as it stands in the file; null when all are missing
 * @param mean of numeric columns
 * @param quantiles of numeric columns
 * @param mostFrequent the most frequent first
 * @param countError the most by which a count can be too low; 0 when {@code mostFrequentExact}
 * @param valueTypes how many values look like what, when not all look the same
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ColumnReport(
        int position,
        String name,
        ValueType type,
        long missing,
        long distinct,
        @JsonProperty("distinct_exact") boolean distinctExact,
        @Nullable Object minimum,
        @Nullable Object maximum,
        @Nullable Double mean,
        @Nullable QuantileReport quantiles,
        @JsonProperty("quantiles_exact") @Nullable Boolean quantilesExact,
        @JsonProperty("most_frequent") List<Frequency> mostFrequent,
        @JsonProperty("most_frequent_exact") boolean mostFrequentExact,
        @JsonProperty("count_error") long countError,
        @JsonProperty("value_types") @Nullable Map<ValueType, Long> valueTypes) {}

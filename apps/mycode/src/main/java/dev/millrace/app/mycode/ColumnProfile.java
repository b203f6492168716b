package dev.millrace.app.mycode;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes in the values of one column, one after the other. */
final class ColumnProfile {
    private record Moment(Instant instant, String shown) {}

    private final int position;
    private final String name;
    private final Set<String> missingTexts;
    private final ValueCounts counts;
    private final Map<ValueType, Long> types = new EnumMap<>(ValueType.class);
    private final Extremes<String> texts = new Extremes<>(Comparator.<String>naturalOrder());
    private final Extremes<Moment> moments = new Extremes<>(Comparator.comparing(Moment::instant));
    private @Nullable NumberProfile numbers;
    private ValueType type = ValueType.EMPTY;
    private long missing;

    ColumnProfile(int position, String name, Set<String> missingTexts, Bounds bounds) {
        this.position = position;
        this.name = ShownText.of(name);
        this.missingTexts = missingTexts;
        this.counts = new ValueCounts(bounds.values());
        this.numbers = new NumberProfile(bounds.numbers());
    }

    void add(String text) {
        if (isMissing(text)) {
            missing++;
            return;
        }
        Value value = Value.of(text);
        counts.add(text);
        types.merge(value.type(), 1L, Long::sum);
        type = type.join(value.type());
        addToRange(value);
    }

    private boolean isMissing(String text) {
        return text.isBlank() || missingTexts.contains(text.strip());
    }

    private void addToRange(Value value) {
        String shown = ShownText.of(value.text());
        texts.add(shown);
        if (value.instant() != null) moments.add(new Moment(value.instant(), shown));
        if (type == ValueType.TEXT) numbers = null;
        else if (value.type().isNumeric() && numbers != null) numbers.add(value);
    }

    ColumnReport report(int top) {
        @Nullable NumberProfile shownNumbers = type.isNumeric() ? numbers : null;
        @Nullable
        QuantileReport quantiles =
                shownNumbers == null ? null : shownNumbers.quantiles().report();
        return new ColumnReport(
                position,
                name,
                type,
                missing,
                counts.distinct(),
                counts.exact(),
                least(),
                greatest(),
                shownNumbers == null ? null : shownNumbers.mean(),
                quantiles,
                shownNumbers == null ? null : shownNumbers.quantiles().exact(),
                counts.frequent(top),
                counts.exact(),
                counts.countError(),
                types.size() > 1 ? types : null);
    }

    private @Nullable Object least() {
        if (type.isNumeric() && numbers != null) return numbers.least();
        return type.isTemporal() ? shown(moments.least()) : texts.least();
    }

    private @Nullable Object greatest() {
        if (type.isNumeric() && numbers != null) return numbers.greatest();
        return type.isTemporal() ? shown(moments.greatest()) : texts.greatest();
    }

    private static @Nullable String shown(@Nullable Moment moment) {
        return moment == null ? null : moment.shown();
    }
}

package dev.millrace.schema;

import java.util.List;
import java.util.stream.Stream;
import org.everit.json.schema.CombinedSchema;
import org.everit.json.schema.Schema;
import org.everit.json.schema.ValidationException;

/** The validator's findings in our words: the place, and what our schema describes as right there. */
final class Findings {
    /** More would help nobody, and a hostile document could have a million. */
    static final int MOST = 100;

    private Findings() {}

    static List<String> of(Schema schema, Object document) {
        try {
            schema.validate(document);
            return List.of();
        } catch (ValidationException e) {
            return leaves(e).map(Findings::message).distinct().limit(MOST).toList();
        }
    }

    private static Stream<ValidationException> leaves(ValidationException finding) {
        List<ValidationException> causes = finding.getCausingExceptions();
        if (causes.isEmpty()) return Stream.of(finding);
        if (finding.getViolatedSchema() instanceof CombinedSchema) return leavesOfChoice(finding);
        return causes.stream().flatMap(Findings::leaves);
    }

    /**
     * "A list of texts or null" fails once for each type, though only one was meant: what is wrong inside is told alone, and
     * when nothing is, the choice's own description says it once.
     */
    private static Stream<ValidationException> leavesOfChoice(ValidationException choice) {
        List<ValidationException> inside = choice.getCausingExceptions().stream()
                .flatMap(Findings::leaves)
                .filter(cause -> !cause.getPointerToViolation().equals(choice.getPointerToViolation()))
                .toList();
        return inside.isEmpty() ? Stream.of(choice) : inside.stream();
    }

    private static String message(ValidationException finding) {
        String place = finding.getPointerToViolation() + ": ";
        String right = finding.getViolatedSchema().getDescription();
        boolean described = right != null && !"required".equals(finding.getKeyword());
        return place + (described ? "must be " + right : finding.getErrorMessage());
    }
}

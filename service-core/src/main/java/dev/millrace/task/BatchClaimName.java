package dev.millrace.task;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a batch file while it lies in running/, see {@link ClaimName}. The owner renames it as outcomes come to
 * count; everything but the batch's tally stays the same.
 *
 * @param batch the batch, with the outcomes that count
 * @param stage being run, or already fenced off for publishing
 * @param incarnation the life of the worker that owns it, 32 hex digits
 * @param claimNumber which claim of that incarnation this is, from 0
 */
public record BatchClaimName(BatchName batch, ClaimName.Stage stage, String incarnation, long claimNumber) {
    private static final Pattern FORM =
            Pattern.compile("(.+)\\.(claim|settled)-([0-9a-f]{32})-([0-9]{1,18})\\.batch\\.jsonl", Pattern.DOTALL);

    /** Reads a file name in running/, or nothing when it has another form. */
    public static Optional<BatchClaimName> parse(String fileName) {
        Matcher form = FORM.matcher(fileName);
        if (!form.matches()) return Optional.empty();
        ClaimName.Stage stage = form.group(2).equals("claim") ? ClaimName.Stage.CLAIM : ClaimName.Stage.SETTLED;
        return Optional.of(new BatchClaimName(
                BatchName.parse(form.group(1) + BatchName.SUFFIX),
                stage,
                form.group(3),
                Long.parseLong(form.group(4))));
    }

    /** The file's name in running/. */
    public String fileName() {
        return batch.base() + (stage == ClaimName.Stage.CLAIM ? ".claim-" : ".settled-") + incarnation + "-"
                + claimNumber + BatchName.SUFFIX;
    }

    /** The same claim, fenced. */
    public BatchClaimName settled() {
        return new BatchClaimName(batch, ClaimName.Stage.SETTLED, incarnation, claimNumber);
    }

    /** The same claim with another tally or suspicion. */
    public BatchClaimName with(BatchName newBatch) {
        return new BatchClaimName(newBatch, stage, incarnation, claimNumber);
    }
}

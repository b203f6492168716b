package dev.millrace.queue;

import dev.millrace.task.BatchClaimName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one owner's outcome log of a batch: {@code <stem>.p<base>r<returns>.<incarnation>-<claim>.<part>.batchlog}.
 *
 * @param stem the batch
 * @param base the number of the last outcome that counted when the owner began
 * @param returns the return count of its claim; of two owners the one with the higher count came later
 * @param incarnation the owner
 * @param claimNumber its claim
 * @param part a failed write ends a part, and the next one begins, from 0
 */
record BatchLogName(String stem, int base, int returns, String incarnation, long claimNumber, int part) {
    static final String SUFFIX = ".batchlog";
    private static final Pattern FORM = Pattern.compile(
            "(.+)\\.p([0-9]{1,9})r([0-9]{1,8})\\.([0-9a-f]{32})-([0-9]{1,18})\\.([0-9]{1,6})\\.batchlog",
            Pattern.DOTALL);

    static BatchLogName of(BatchClaimName claim, int part) {
        return new BatchLogName(
                claim.batch().stem(),
                claim.batch().tally().progress(),
                claim.batch().returns(),
                claim.incarnation(),
                claim.claimNumber(),
                part);
    }

    static Optional<BatchLogName> parse(String fileName) {
        Matcher form = FORM.matcher(fileName);
        if (!form.matches()) return Optional.empty();
        return Optional.of(new BatchLogName(
                form.group(1),
                Integer.parseInt(form.group(2)),
                Integer.parseInt(form.group(3)),
                form.group(4),
                Long.parseLong(form.group(5)),
                Integer.parseInt(form.group(6))));
    }

    BatchLogName nextPart() {
        return new BatchLogName(stem, base, returns, incarnation, claimNumber, part + 1);
    }

    String fileName() {
        return stem + ".p" + base + "r" + returns + "." + incarnation + "-" + claimNumber + "." + part + SUFFIX;
    }
}

package dev.millrace.soak.fuzz;

import java.io.IOException;
import java.util.List;

/** A few documents, and everything that reads them. */
interface Round {

    /** Makes them up and lets them be read. Whatever is thrown is a failure of the product. */
    void run() throws IOException, InterruptedException;

    /** Those that were made up so far. */
    List<Document> documents();

    /** How many were refused with a reason. */
    long refused();
}

package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Flight recordings: of the worker where there is one, else of the run's own process. The last round's stays. */
record Recordings(Optional<Path> folder) {

    /** Makes the folder where it is missing: the virtual machine would not. */
    void prepare() throws IOException {
        if (folder.isPresent()) Files.createDirectories(folder.get());
    }

    Contender inWorker(Contender contender, String name) {
        return hasWorker(contender) && folder.isPresent()
                ? contender.with("worker_options", List.of(option(folder.get(), name)))
                : contender;
    }

    List<String> ofRun(Contender contender, String name) {
        return hasWorker(contender)
                ? List.of()
                : folder.map(place -> List.of(option(place, name))).orElse(List.of());
    }

    private static boolean hasWorker(Contender contender) {
        return contender.part() != Part.SUBMIT
                && !contender.isPeer()
                && !contender.parameters().path("launcher").asText().equals("in-process");
    }

    private static String option(Path place, String name) {
        Path file = place.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".jfr");
        return "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file;
    }
}

package dev.millrace.control;

import java.io.IOException;
import java.util.ServiceLoader;
import java.util.Set;

/** Measures what processes use. Found by {@link ServiceLoader}: the modules above know the machine. */
public interface ResourceProbe {

    /** The first that there is; one that always fails when there is none. */
    static ResourceProbe ofSystem() {
        return ServiceLoader.load(ResourceProbe.class, ResourceProbe.class.getClassLoader())
                .findFirst()
                .orElse(pids -> {
                    throw new IOException("nothing here can measure the machine");
                });
    }

    /**
     * Measures once: the daemon, its workers, and all that these have started.
     *
     * @param workers the process ids of the workers
     * @throws IOException when it cannot
     */
    Resources sample(Set<Long> workers) throws IOException;
}

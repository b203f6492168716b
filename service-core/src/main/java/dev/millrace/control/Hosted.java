package dev.millrace.control;

import dev.millrace.job.Jobs;
import dev.millrace.lifecycle.Service;
import java.io.IOException;

/**
 * A service that is looked after.
 *
 * @param name its app
 * @param service the service
 * @param jobs its jobs
 */
public record Hosted(String name, Service service, Jobs jobs) {

    /** What is done with each service in turn. */
    public interface Look {
        /** @throws IOException when the service's folder cannot be used */
        void at(Hosted hosted) throws IOException;
    }
}

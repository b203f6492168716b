package dev.millrace.control;

import dev.millrace.job.Jobs;
import dev.millrace.lifecycle.Service;

/**
 * A service that is looked after.
 *
 * @param name its app
 * @param service the service
 * @param jobs its jobs
 */
public record Hosted(String name, Service service, Jobs jobs) {}

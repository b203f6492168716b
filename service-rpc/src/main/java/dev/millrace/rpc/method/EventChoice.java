package dev.millrace.rpc.method;

import dev.millrace.control.ControlException;
import dev.millrace.control.ServiceControl;
import dev.millrace.event.EventEntry;
import dev.millrace.job.DamagedJobException;
import dev.millrace.job.JobException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.settings.SettingsException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whose events are meant. A job is found by its name as {@code job.status} finds it, so that those of two services are
 * never taken for one. Events outlive their job: of one that is not there any more, those that are kept say whose it was.
 *
 * @param service only of this service; {@link #ANY} for all
 * @param jobs the service of each job that is meant, {@link #ANY} while nobody has it; none for all events
 */
record EventChoice(String service, Map<String, String> jobs) {
    private static final String ANY = "";

    static Shape among(Shape params) {
        return params.may("service", "string", "only of this service; needed when several have a job of that name");
    }

    /** @throws ControlException when several services have a job that is named, and none is said */
    static EventChoice of(ServiceControl control, RpcParams params, List<String> ids) throws Exception {
        Optional<String> said = params.text("service");
        String service = said.isPresent() ? named(control, said.get()) : ANY;
        Map<String, String> jobs = new HashMap<>();
        for (String id : ids) jobs.put(id, said.isPresent() ? service : serviceOf(control, id));
        return new EventChoice(service, jobs);
    }

    private static String named(ServiceControl control, String service) throws IOException {
        try {
            return control.service(Optional.of(service)).name();
        } catch (SettingsException wrongNow) {
            return service;
        }
    }

    private static String serviceOf(ServiceControl control, String id) throws IOException {
        try {
            return control.job(id, Optional.empty()).hosted().name();
        } catch (JobException | DamagedJobException notThere) {
            return fromKept(control, id);
        }
    }

    private static String fromKept(ServiceControl control, String id) {
        TreeSet<String> services = new TreeSet<>();
        for (EventEntry event : control.events().since(0, Integer.MAX_VALUE).events())
            if (text(event, "job_id").equals(id)) services.add(text(event, "service"));
        if (services.size() <= 1) return services.isEmpty() ? ANY : services.first();
        throw new ControlException(
                ControlException.Reason.UNKNOWN_SERVICE,
                "say which 'service' is meant: " + String.join(", ", services) + " had a job " + id);
    }

    boolean has(EventEntry event) {
        String by = text(event, "service");
        if (!service.isEmpty() && !service.equals(by)) return false;
        if (jobs.isEmpty()) return true;
        String whose = jobs.get(text(event, "job_id"));
        return whose != null && (whose.isEmpty() || whose.equals(by));
    }

    private static String text(EventEntry event, String key) {
        return event.data().path(key).asText("");
    }
}

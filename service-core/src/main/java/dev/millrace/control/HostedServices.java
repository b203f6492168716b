package dev.millrace.control;

import dev.millrace.control.ControlException.Reason;
import dev.millrace.event.Event;
import dev.millrace.job.Jobs;
import dev.millrace.json.Texts;
import dev.millrace.lifecycle.Service;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.lifecycle.ServiceFiles;
import dev.millrace.lifecycle.ServicePorts;
import dev.millrace.lifecycle.ServiceRecord;
import dev.millrace.queue.QueueLayout;
import dev.millrace.settings.AppEnv;
import dev.millrace.settings.SettingsException;
import dev.millrace.storage.FileFacts;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Finds services: apps in the folder of apps, and whatever has a record under the share, wherever its app lies. A service is
 * opened when it is first asked for.
 */
final class HostedServices implements AutoCloseable {
    private static final long LEAVE_ALONE_NANOS = 2_000_000_000L;
    private static final int LONGEST_NAME = 200;

    private final ControlOptions options;
    private final ServicePorts ports;
    private final Jobs.Door door;
    private final Map<String, Opened> open = new ConcurrentHashMap<>();
    private final Map<String, Long> leftAlone = new ConcurrentHashMap<>();

    /** By name, why a service could not be opened when that was tried last. */
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    HostedServices(ControlOptions options, ServicePorts ports, Jobs.Door door) {
        this.options = options;
        this.ports = ports;
        this.door = door;
    }

    /** The names of all that there are, sorted. */
    List<String> names() throws IOException {
        Set<String> names = new TreeSet<>(held());
        names.addAll(apps());
        return List.copyOf(names);
    }

    private List<String> apps() throws IOException {
        List<String> apps = new ArrayList<>();
        for (String name : namesIn(options.appsPath()))
            if (!name.startsWith(".") && isFolder(options.appsPath().resolve(name)))
                apps.add(name.endsWith("_project") ? name.substring(0, name.length() - 8) : name);
        return apps;
    }

    private boolean isFolder(Path path) throws IOException {
        return ports.disk()
                .facts(path)
                .filter(facts -> facts.kind() == FileFacts.Kind.FOLDER || facts.kind() == FileFacts.Kind.LINK)
                .isPresent();
    }

    private List<String> namesIn(Path folder) throws IOException {
        try {
            return ports.disk().sortedNames(folder);
        } catch (NoSuchFileException | NotDirectoryException nothingThere) {
            return List.of();
        }
    }

    /** Those that have a folder under the share: they run, or have run. */
    List<String> held() throws IOException {
        return namesIn(services()).stream()
                .filter(name -> !name.startsWith("."))
                .toList();
    }

    private Path services() {
        return AppEnv.shareOf(options.environment()).resolve("service");
    }

    /** One by name, or the only one that there is. */
    Hosted get(Optional<String> name) throws IOException {
        if (name.isPresent()) return named(name.get());
        List<String> held = held();
        List<String> all = held.size() == 1 ? held : names();
        if (all.size() == 1) return named(all.get(0));
        throw new ControlException(
                Reason.UNKNOWN_SERVICE,
                all.isEmpty()
                        ? "there is no service and no app in " + options.appsPath()
                        : "say which 'service' is meant: " + String.join(", ", all));
    }

    /** As {@link #get}; one whose settings are wrong now as it was before, if it is known. */
    Hosted asItWas(Optional<String> name) throws IOException {
        try {
            return get(name);
        } catch (SettingsException wrong) {
            Opened known = name.map(open::get).orElse(null);
            if (known == null) throw wrong;
            return known.hosted();
        }
    }

    /** A service, and the settings as they were when it was opened. */
    private record Opened(Hosted hosted, Optional<FileFacts> settings) {}

    private Hosted named(String name) throws IOException {
        Opened known = open.get(name);
        if (known != null
                && known.settings().equals(settingsOf(known.hosted().service().env()))) return known.hosted();
        Opened made = open(name);
        open.put(made.hosted().name(), made);
        return made.hosted();
    }

    private Optional<FileFacts> settingsOf(AppEnv env) throws IOException {
        Optional<Path> file = env.settingsFile();
        return file.isEmpty() ? Optional.empty() : ports.disk().facts(file.get());
    }

    /** Whoever edits the settings finds them in force. The old one is not closed: that would end workers in this process. */
    private Opened open(String name) throws IOException {
        AppEnv env = named(() -> env(name));
        Optional<FileFacts> settings = settingsOf(env);
        Service service = Service.open(env, ports);
        Jobs jobs = Jobs.in(service.queue(), ports.queuePorts(), door);
        return new Opened(new Hosted(env.target(), service, jobs), settings);
    }

    private static AppEnv named(Supplier<AppEnv> finding) {
        try {
            return finding.get();
        } catch (SettingsException | ServiceException | InvalidPathException e) {
            throw new ControlException(Reason.UNKNOWN_SERVICE, String.valueOf(e.getMessage()));
        }
    }

    private AppEnv env(String name) {
        if (!isName(name))
            throw SettingsException.of("service", "must be the name of an app, not '" + Texts.shortened(name) + "'");
        Optional<ServiceRecord> record =
                new ServiceFiles(ports.disk(), services().resolve(name)).readRecord();
        return record.isPresent()
                ? AppEnv.at(record.get().appFolder(), options.environment())
                : AppEnv.find(options.appsPath(), name, options.environment());
    }

    /** What it says becomes a part of a path. */
    private static boolean isName(String name) {
        return !name.isBlank()
                && !name.contains("/")
                && !name.contains("..")
                && name.length() <= LONGEST_NAME
                && name.chars().noneMatch(Character::isISOControl);
    }

    /** All that have a folder under the share and can be opened, or could be before their settings were spoilt. */
    List<Hosted> all() throws IOException {
        List<Hosted> all = new ArrayList<>();
        List<String> held = held();
        refused.keySet().retainAll(held);
        for (String name : held) lookedFor(name).ifPresent(all::add);
        return all;
    }

    /** What runs goes on with the settings that it was started with, so it is looked at with those. */
    private Optional<Hosted> lookedFor(String name) {
        try {
            if (!isLeftAlone(name)) {
                Hosted found = named(name);
                refused.remove(name);
                return Optional.of(found);
            }
        } catch (ControlException appIsGone) {
            leftAlone.put(name, ports.time().nanos());
            // its directory stays for whoever brings the app back
            if (open.containsKey(name) || hasOpenJobs(name)) refuse(name, String.valueOf(appIsGone.getMessage()));
        } catch (SettingsException e) {
            leftAlone.put(name, ports.time().nanos());
            refuse(name, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            leftAlone.put(name, ports.time().nanos());
            refuse(name, String.valueOf(e));
        }
        return Optional.ofNullable(open.get(name)).map(Opened::hosted);
    }

    private void refuse(String name, String why) {
        if (!why.equals(refused.put(name, why)))
            ports.events().accept(new Event.Trouble("opening service " + name, new IOException(why)));
    }

    private boolean hasOpenJobs(String name) {
        Path queue = services().resolve(name).resolve("queue");
        try {
            return !namesIn(new QueueLayout(queue).jobs().resolve("open")).isEmpty();
        } catch (IOException unknown) {
            return true;
        }
    }

    /** See {@link ServiceControl#each}. */
    Map<String, String> each(Hosted.Look look) throws IOException {
        Map<String, String> problems = new TreeMap<>();
        for (Hosted hosted : all()) {
            try {
                look.at(hosted);
            } catch (IOException e) {
                problems.put(hosted.name(), String.valueOf(e));
            }
        }
        problems.putAll(refused);
        return problems;
    }

    private boolean isLeftAlone(String name) {
        Long since = leftAlone.get(name);
        return since != null && ports.time().nanos() - since < LEAVE_ALONE_NANOS;
    }

    @Override
    public void close() {
        open.values().forEach(opened -> opened.hosted().service().close());
        open.clear();
    }
}

package dev.millrace.rpc.method;

import dev.millrace.control.ServiceControl;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcHandler;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcStream;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link ControlMethods} from the table. */
final class TableMethods implements ControlMethods {
    private final Surroundings around;
    private final EventStreams events;
    private final TopStream top;

    TableMethods(ServiceControl control, DaemonHost host) {
        this.around = new Surroundings(control, host);
        this.events = new EventStreams(control);
        this.top = new TopStream(around);
    }

    /** Every row, by name. */
    static List<MethodSpec> table() {
        List<MethodSpec> all = new ArrayList<>();
        all.addAll(DaemonMethods.all());
        all.addAll(EventMethods.all());
        all.addAll(JobChanges.all());
        all.addAll(JobMethods.all());
        all.addAll(JobReportMethods.all());
        all.addAll(ServiceMethods.all());
        all.addAll(TaskMethods.all());
        all.add(EventStreams.spec());
        all.add(TopStream.spec());
        all.sort(Comparator.comparing(MethodSpec::name));
        return all;
    }

    /** As {@link #table}, and what connections answer by themselves. */
    static List<MethodSpec> reference() {
        List<MethodSpec> all = new ArrayList<>(table());
        all.add(StreamWords.close());
        all.sort(Comparator.comparing(MethodSpec::name));
        return all;
    }

    @Override
    public List<RpcHandler> handlers() {
        List<RpcHandler> handlers = new ArrayList<>();
        for (MethodSpec spec : table()) handlers.add(handler(spec));
        return handlers;
    }

    private RpcHandler handler(MethodSpec spec) {
        if (spec.isStream())
            return spec.name().equals(TopStream.spec().name())
                    ? RpcStream.of(spec.name(), (params, call, sink) -> top.open(params, sink))
                    : RpcStream.of(spec.name(), (params, call, sink) -> events.open(params, sink));
        RpcMethod.Body body = (params, call) -> run(spec, params, call);
        return switch (spec.lane()) {
            case INSTANT -> RpcMethod.instant(spec.name(), body);
            case PATIENT -> RpcMethod.patient(spec.name(), body);
            case TO_THE_END -> RpcMethod.toTheEnd(spec.name(), body);
            case SLOT -> RpcMethod.of(spec.name(), body);
        };
    }

    private @Nullable Object run(MethodSpec spec, RpcParams params, RpcCall call) throws Exception {
        if (params.has(MethodSpec.KEY) && !spec.knowsKeys())
            throw RpcException.invalidParam(
                    MethodSpec.KEY,
                    spec.name() + " knows no '" + MethodSpec.KEY + "': it may be carried out again; leave the key out");
        MethodSpec.Body body = spec.body();
        if (body == null) throw new IllegalStateException(spec.name() + " is a stream");
        try {
            return body.run(around, params, call);
        } catch (RuntimeException | java.io.IOException e) {
            throw Problems.told(e);
        }
    }

    @Override
    public void close() {
        top.close();
    }
}

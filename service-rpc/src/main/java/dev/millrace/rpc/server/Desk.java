package dev.millrace.rpc.server;

import dev.millrace.event.Event;
import dev.millrace.event.EventSink;
import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcHandler;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.RpcStream;
import dev.millrace.rpc.RpcSubscription;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The endpoint that finds the handler, gives it a slot or runs it at once, and turns what it throws into an error. */
final class Desk implements Endpoint {
    private static final int LONGEST_TEXT = 300;

    private final MethodTable table;
    private final Slots slots;
    private final Slots last;
    private final Map<String, Slots> patient;
    private final EventSink events;
    private volatile boolean closing;

    /**
     * @param last for methods that are answered to the end
     * @param patient for methods that wait for something to happen, by their names
     */
    Desk(MethodTable table, Slots slots, Slots last, Map<String, Slots> patient, EventSink events) {
        this.table = table;
        this.slots = slots;
        this.last = last;
        this.patient = patient;
        this.events = events;
    }

    /** From now on only what is always answered is. */
    void close() {
        closing = true;
    }

    @Override
    public void request(RpcCall call, RpcParams params, Answer answer) {
        RpcHandler handler = table.find(call.method()).orElse(null);
        if (handler == null) answer.error(unknown(call.method()));
        else if (handler instanceof RpcMethod method && method.lane() == RpcMethod.Lane.INSTANT)
            // An interrupt that a method left behind would close the connections that are served next.
            answer(method, params, call, answer, Thread::interrupted);
        else if (handler instanceof RpcMethod method && method.lane() == RpcMethod.Lane.TO_THE_END)
            inOwn(last, method, params, call, answer, Refusals.tooManyRequests());
        else if (closing) answer.error(Refusals.closing());
        else if (handler instanceof RpcMethod method && method.lane() == RpcMethod.Lane.PATIENT)
            inOwn(patient.getOrDefault(method.name(), slots), method, params, call, answer, Refusals.tooManyAwaiting());
        else in(slots, () -> carryOut(handler, params, call, answer), answer, Refusals.tooManyRequests());
    }

    private void inOwn(Slots own, RpcMethod method, RpcParams params, RpcCall call, Answer answer, RpcException full) {
        in(own, () -> answer(method, params, call, answer, own::leave), answer, full);
    }

    private void in(Slots some, Runnable work, Answer answer, RpcException full) {
        boolean begun;
        try {
            begun = some.run(work);
        } catch (Throwable e) {
            events.accept(new Event.Trouble("a request could not be begun", e));
            answer.error(Refusals.noThread(e));
            return;
        }
        if (!begun) answer.error(full);
    }

    @Override
    public void notify(RpcCall call, RpcParams params, Runnable over) {
        // A stream needs the id that ends it, so it cannot be asked for by a notification.
        if (table.find(call.method()).orElse(null) instanceof RpcMethod) request(call, params, new Nobody(over));
        else over.run();
    }

    private void carryOut(RpcHandler handler, RpcParams params, RpcCall call, Answer answer) {
        if (handler instanceof RpcMethod method) answer(method, params, call, answer, slots::leave);
        else open((RpcStream) handler, params, call, answer);
    }

    private void answer(RpcMethod method, RpcParams params, RpcCall call, Answer answer, Runnable done) {
        @Nullable Object result;
        try {
            result = method.call(params, call);
        } catch (Throwable e) {
            done.run();
            answer.error(error(method, e));
            return;
        }
        done.run();
        answer.result(result);
    }

    private void open(RpcStream stream, RpcParams params, RpcCall call, Answer answer) {
        Opening opening;
        try {
            opening = answer.stream();
        } catch (RpcException e) {
            slots.leave();
            answer.error(e);
            return;
        }
        RpcSubscription subscription;
        try {
            subscription = stream.open(params, call, opening.sink());
        } catch (Throwable e) {
            slots.leave();
            opening.refused(error(stream, e));
            return;
        }
        slots.leave();
        opening.opened(subscription);
    }

    /** The same methods, but only those that are always answered. */
    Endpoint forGuests() {
        return new Lobby(table, this);
    }

    /** Whatever a handler throws, an {@link Error} too, is its caller's affair and nobody else's. */
    private RpcException error(RpcHandler handler, Throwable thrown) {
        if (thrown instanceof RpcException meant) return meant;
        events.accept(new Event.Trouble("the method " + handler.name() + " failed", thrown));
        String text = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        String shown = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + ".." : text;
        return RpcException.of(RpcErrorCode.INTERNAL_ERROR, "handler_failed", "Internal error: " + shown)
                .with("exception", thrown.getClass().getName());
    }

    private static RpcException unknown(String method) {
        return RpcException.of(RpcErrorCode.METHOD_NOT_FOUND, "there is no method '" + shortened(method) + "'")
                .with("method", shortened(method));
    }

    private static String shortened(String name) {
        return name.length() > LONGEST_TEXT ? name.substring(0, LONGEST_TEXT) + ".." : name;
    }

    /** Hears only that it is over. */
    private record Nobody(Runnable over) implements Answer {
        @Override
        public void result(@Nullable Object result) {
            over.run();
        }

        @Override
        public void error(RpcException error) {
            over.run();
        }

        @Override
        public Opening stream() {
            throw new IllegalStateException("a notification opens no stream");
        }
    }
}

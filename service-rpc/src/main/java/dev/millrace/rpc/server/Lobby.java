package dev.millrace.rpc.server;

import dev.millrace.rpc.RpcCall;
import dev.millrace.rpc.RpcMethod;
import dev.millrace.rpc.RpcParams;

/** What connections beyond the limit talk to: methods that are always answered are, all others are refused. */
record Lobby(MethodTable table, Endpoint desk) implements Endpoint {
    @Override
    public void request(RpcCall call, RpcParams params, Answer answer) {
        if (isOpenToAll(call.method())) desk.request(call, params, answer);
        else answer.error(Refusals.tooManyConnections());
    }

    @Override
    public void notify(RpcCall call, RpcParams params, Runnable over) {
        if (isOpenToAll(call.method())) desk.notify(call, params, over);
        else over.run();
    }

    private boolean isOpenToAll(String name) {
        return table.find(name)
                .filter(handler -> handler instanceof RpcMethod method && method.lane() == RpcMethod.Lane.INSTANT)
                .isPresent();
    }
}

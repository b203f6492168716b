package dev.millrace.rpc;

import org.jspecify.annotations.Nullable;

/** A method made of its parts. */
record NamedMethod(String name, Lane lane, Body body) implements RpcMethod {
    @Override
    public @Nullable Object call(RpcParams params, RpcCall call) throws Exception {
        return body.call(params, call);
    }
}

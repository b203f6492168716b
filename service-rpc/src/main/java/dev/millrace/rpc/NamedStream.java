package dev.millrace.rpc;

/** A stream made of its parts. */
record NamedStream(String name, Body body) implements RpcStream {
    @Override
    public RpcSubscription open(RpcParams params, RpcCall call, RpcSink sink) throws Exception {
        return body.open(params, call, sink);
    }
}

package dev.millrace.rpc.codec;

/** Memory that many may use together. Safe for use by several threads. */
public interface ByteBudget {

    /** Takes so many bytes, or none and answers false. */
    boolean take(long bytes);

    /** Gives back what was taken. */
    void give(long bytes);

    /** What is taken at this moment. */
    long taken();

    static ByteBudget of(long most) {
        return new SharedBudget(most);
    }
}

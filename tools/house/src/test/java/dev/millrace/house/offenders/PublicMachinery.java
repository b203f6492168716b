package dev.millrace.house.offenders;

/** A class that the whole world can see. */
public final class PublicMachinery {
    private PublicMachinery() {}
}

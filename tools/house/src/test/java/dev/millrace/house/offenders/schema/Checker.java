package dev.millrace.house.offenders.schema;

/** Stands for the checks of documents. */
public interface Checker {}

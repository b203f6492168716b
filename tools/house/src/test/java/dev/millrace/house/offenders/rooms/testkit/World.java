package dev.millrace.house.offenders.rooms.testkit;

/** What tests use. */
public interface World {}

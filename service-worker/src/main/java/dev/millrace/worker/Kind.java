package dev.millrace.worker;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The kind of task that a {@link TaskHandler} found through {@link java.util.ServiceLoader} runs. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    /** The kind, as in the key {@code kind} of a task document. */
    String value();
}

package dev.weir.kafka.once;

/**
 * An element and its timestamp.
 *
 * @param eventTime epoch milliseconds
 */
record Timed<T>(T element, long eventTime) {}

/**
 * Kafka Connect for the test bed, in its own process with its own class path. Its only class is
 * {@link dev.weir.connect.Worker}, which runs until its standard input is closed, so it never
 * outlives the process that started it. Not for production.
 */
package dev.weir.connect;

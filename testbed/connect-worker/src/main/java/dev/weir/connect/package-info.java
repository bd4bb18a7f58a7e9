/**
 * Kafka Connect for the test bed, in a process and on a class path of its own. {@link
 * dev.weir.connect.Worker} is all of it: it runs until its standard input is closed, so it never
 * outlives the process that started it. Not for production.
 */
package dev.weir.connect;

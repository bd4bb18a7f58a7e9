/** Compares ways to publish to Kafka. */
package dev.weir.benchmarks.publish;

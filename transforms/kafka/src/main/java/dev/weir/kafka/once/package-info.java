/**
 * Publishes records to Kafka exactly once, in transactions of a tenth of a second. Begin with
 * {@link dev.weir.kafka.once.PublishOnce}; {@link dev.weir.kafka.once.Publisher} is the protocol,
 * without Beam. {@code docs/exactly-once.md} describes it and its failure cases.
 */
package dev.weir.kafka.once;

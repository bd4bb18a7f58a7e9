/**
 * Kafka topics in and out. {@link dev.weir.kafka.ReadTopic} reads a topic, gives each record its
 * origin and its event time, and starts where {@link dev.weir.kafka.TopicStart} says; begin there.
 * {@link dev.weir.kafka.PartitionTime} and {@link dev.weir.kafka.TopicTime} are the two ways in
 * which a partition's time moves on. {@link dev.weir.kafka.PublishJson} and {@link
 * dev.weir.kafka.PublishChangelog} publish records keyed by their natural key. Publishing is at
 * least once: after a restart a record may be written again, under the same key.
 */
package dev.weir.kafka;

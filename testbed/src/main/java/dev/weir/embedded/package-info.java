/**
 * Real servers, in this process or in processes of their own, for demos and tests: a Kafka broker,
 * Kafka Connect with Debezium, PostgreSQL, and stacks of them. Begin with {@link
 * dev.weir.embedded.EmbeddedStack}. {@link dev.weir.embedded.FlinkProcesses} and {@link
 * dev.weir.embedded.KafkaProcess} run in processes that can be killed. All servers end with this
 * process, however it ends. Not for production.
 */
package dev.weir.embedded;

/**
 * Real servers in or beside this process, for demos and tests: a Kafka broker, Kafka Connect with
 * Debezium, PostgreSQL, and stacks of them. Begin with {@link dev.weir.embedded.EmbeddedStack}.
 * What is started ends with this process, however that ends. Not for production.
 */
package dev.weir.embedded;

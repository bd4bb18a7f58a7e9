/**
 * The {@code postgres:} source: reads a database without Kafka. For evaluation, not for production;
 * see {@code docs/postgres-port.md} for the reasons. Begin with {@link
 * dev.weir.postgres.ReadPostgres}; {@link dev.weir.postgres.SlotReader} keeps Debezium's connector
 * running between two calls of Beam's DebeziumIO. Rows and changes are read at least once, and the
 * replication slot is confirmed only by completed checkpoints. The package sets private fields of
 * DebeziumIO and of the PostgreSQL driver, so an upgrade of either may break it.
 */
package dev.weir.postgres;

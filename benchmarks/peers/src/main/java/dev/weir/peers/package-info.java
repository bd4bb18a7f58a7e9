/**
 * Other engines that Weir is compared with and that read its tables: Iceberg's Flink sink and Flink
 * SQL. Each runs in its own process with its own class path, because it needs a different Iceberg
 * version. {@link dev.weir.peers.QueryLedger} reads a table with Flink SQL; the classes named
 * {@code Measure…} time one side and print one line of JSON. This package uses none of Weir's own
 * classes.
 */
package dev.weir.peers;

/**
 * Other engines that Weir is measured against and read by: Iceberg's Flink sink and Flink SQL. Each
 * runs in a process and on a class path of its own, because it brings another Iceberg. {@link
 * dev.weir.peers.QueryLedger} reads a table with Flink SQL; the classes named {@code Measure…} time
 * a side and print one line of JSON. Nothing here uses Weir's own classes.
 */
package dev.weir.peers;

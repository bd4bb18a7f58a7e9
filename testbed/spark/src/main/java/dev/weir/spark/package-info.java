/**
 * Reads Iceberg tables with Apache Spark. Runs in a process of its own, because Spark, its Iceberg
 * and its Scala must not meet Weir's.
 */
package dev.weir.spark;

/**
 * Measures Weir beside native Flink, Flink SQL, Beam's own windows and Iceberg's Flink sink. {@link
 * dev.weir.benchmarks.Benchmarks} is the entry; {@code docs/benchmarks.md} has the figures and how
 * to get them again. The sides take turns, so that what else the machine does affects all of them,
 * and figures are medians. Where sides write rows, their outputs are compared.
 */
package dev.weir.benchmarks;

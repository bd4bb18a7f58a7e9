/**
 * Compares Weir with native Flink, Flink SQL, Beam's own windows and Iceberg's Flink sink. {@link
 * dev.weir.benchmarks.Benchmarks} is the entry point; {@code docs/benchmarks.md} has the figures
 * and describes how to reproduce them. The sides take turns, so other load on the machine affects
 * all of them, and figures are medians. Where sides write rows, their outputs are compared.
 */
package dev.weir.benchmarks;

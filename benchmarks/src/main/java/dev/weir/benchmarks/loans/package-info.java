/** Compares loan decisions with native Flink: the bureau stage, and the whole job. */
package dev.weir.benchmarks.loans;

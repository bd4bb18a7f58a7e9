/** Runs the sides of comparisons in processes of their own, and what these processes share. */
package dev.weir.benchmarks.compare;

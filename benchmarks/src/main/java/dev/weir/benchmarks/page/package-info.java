/** Renders docs/benchmarks.md from the kept figures and the fragments that people write. */
package dev.weir.benchmarks.page;

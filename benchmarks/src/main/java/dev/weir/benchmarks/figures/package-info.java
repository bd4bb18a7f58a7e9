/** The measured figures that are kept in the repository. */
package dev.weir.benchmarks.figures;

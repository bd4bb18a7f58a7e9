/**
 * Generates input for the pipelines. The subcommands of {@code generate} are the entry points;
 * begin with {@link dev.weir.generate.Applications}, the simplest source. The input is a pure
 * function of a seed and settings, so the same arguments give the same records. It includes
 * duplicates, late events and malformed records, and written records are counted by kind.
 */
package dev.weir.generate;

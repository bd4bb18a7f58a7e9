/**
 * Makes up input for the pipelines. The subcommands of {@code generate} are the entries; begin with
 * {@link dev.weir.generate.Applications}, the simplest source. Made-up input is a pure function of
 * a seed and settings, so the same arguments give the same records. It includes duplicates, late
 * events and malformed records, and what is generated is counted by kind.
 */
package dev.weir.generate;

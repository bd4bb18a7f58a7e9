/**
 * Deduplication. Begin with {@link dev.weir.dedup.KeepFirst}: it keeps the first of the elements
 * that share an id and lie within a time window of each other. {@link dev.weir.dedup.DuplicateRule}
 * is the rule, without Beam. Whether two elements are duplicates depends only on their own two
 * times. Unbounded input is processed in order of arrival, bounded input in the order of its
 * sources. State per id is bounded, and elements that are forgotten early are counted.
 */
package dev.weir.dedup;

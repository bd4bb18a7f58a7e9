/**
 * Deduplication. {@link dev.weir.dedup.KeepFirst} keeps the first of the elements that share an id
 * and lie within a time of each other; begin there. {@link dev.weir.dedup.DuplicateRule} is the
 * rule, without Beam. Whether two elements are duplicates depends on their own two times alone.
 * Unbounded input is judged in the order of its arrival, bounded input in the order of its sources.
 * State per id is bounded, and what is forgotten early is counted.
 */
package dev.weir.dedup;

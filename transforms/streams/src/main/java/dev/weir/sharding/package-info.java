/**
 * Keyed state by shard instead of by entity. {@link dev.weir.sharding.Shards} keys elements by one
 * of a fixed number of shards and explains why; begin there. {@link dev.weir.sharding.ShardSweep}
 * frees the entries of a shard's map state with one timer. The elements of one entity always meet
 * in one shard, in the order in which they came, each with its own timestamp. The number of shards
 * is part of a pipeline's state.
 */
package dev.weir.sharding;

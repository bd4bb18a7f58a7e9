/**
 * Keyed state by shard instead of by entity. Begin with {@link dev.weir.sharding.Shards}, which
 * keys elements by one of a fixed number of shards and explains why. {@link
 * dev.weir.sharding.ShardSweep} removes the expired entries of a shard's map state with one timer.
 * The elements of one entity always meet in one shard, in order of arrival, each with its own
 * timestamp. The number of shards is part of a pipeline's state.
 */
package dev.weir.sharding;

/**
 * Events of many entities, each entity's in one order that every run repeats. {@link
 * dev.weir.ordering.ProcessInOrder} is the transform; {@link dev.weir.ordering.Rules} is what its
 * user writes. {@link dev.weir.ordering.ReplayOrder} is the order itself and knows no Beam; begin
 * there. Unbounded input waits in keyed state until the watermark has passed it, bounded input is
 * sorted. Neither the order of arrival nor bundles, parallelism or restarts change the order of
 * turns of what is not behind the watermark.
 */
package dev.weir.ordering;

/**
 * Processes the events of many entities, each entity's in one order that every run repeats. {@link
 * dev.weir.ordering.ProcessInOrder} is the transform; {@link dev.weir.ordering.Rules} is the
 * interface that its user implements. Begin with {@link dev.weir.ordering.ReplayOrder}, which is
 * the order itself and does not depend on Beam. Unbounded input waits in keyed state until the
 * watermark has passed it; bounded input is sorted. The order of turns of events that are not
 * behind the watermark does not depend on the order of arrival, bundles, parallelism or restarts.
 */
package dev.weir.ordering;

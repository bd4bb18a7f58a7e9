/**
 * Events of many entities, each entity's in one order that every run repeats. {@link
 * dev.weir.ordering.ReplayOrder} is the order and knows no Beam; {@link
 * dev.weir.ordering.ProcessInOrder} keeps it in Beam's state, or sorts what is bounded.
 */
package dev.weir.ordering;

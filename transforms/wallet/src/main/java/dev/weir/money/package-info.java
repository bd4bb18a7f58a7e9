/**
 * Money movements with the data about their users and sessions. {@link dev.weir.money.MoneyRules}
 * contains the rules, without a pipeline, and {@link dev.weir.money.EventReader} the contract of
 * the events; start with these. {@link dev.weir.money.ParseMoneyEvents} and {@link
 * dev.weir.money.EnrichFromStreams} are the transforms around them. Each movement is emitted once,
 * with the data as of its own time. No remembered record grows with the number of events.
 */
package dev.weir.money;

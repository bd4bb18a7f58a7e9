/**
 * Money movements with what is known of their users and sessions. {@link dev.weir.money.MoneyRules}
 * has the rules, without a pipeline, and {@link dev.weir.money.EventReader} the contract of the
 * events; begin with these. {@link dev.weir.money.ParseMoneyEvents} and {@link
 * dev.weir.money.EnrichFromStreams} are the transforms around them. Each movement comes out once,
 * with what was known as of its own time. No remembered record grows with the number of events.
 */
package dev.weir.money;

/**
 * Reads keyed state from a Flink savepoint or retained checkpoint, of either state backend. {@link
 * dev.weir.savedstate.Snapshot} opens one, {@link dev.weir.savedstate.StateLines} prints a step's
 * entries as JSON; begin with {@code Snapshot}. {@link dev.weir.savedstate.StepNames} brings back
 * the names of steps, of which a snapshot has only hashes. A snapshot is never changed. Fields that
 * identify a person are printed as dots, ids excepted.
 */
package dev.weir.savedstate;

/**
 * Reads keyed state from a Flink savepoint or retained checkpoint, of either state backend. Begin
 * with {@link dev.weir.savedstate.Snapshot}, which opens one; {@link
 * dev.weir.savedstate.StateLines} prints a step's entries as JSON. {@link
 * dev.weir.savedstate.StepNames} restores the names of steps, of which a snapshot contains only
 * hashes. A snapshot is never modified. Fields that identify a person are printed as dots, except
 * ids.
 */
package dev.weir.savedstate;

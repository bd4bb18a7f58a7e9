/**
 * Dead letters: records that a pipeline could not use. {@link dev.weir.deadletter.ParseRecords}
 * turns raw records into typed ones; begin there. {@link dev.weir.deadletter.DeadLetters} collects
 * the dead letters of all steps of a pipeline, flattens them once and writes them with one sink.
 * Each refused record becomes exactly one dead letter, with a reason and the place of the original,
 * and without any of its data. An exception other than {@link dev.weir.record.UnreadableRecord}
 * fails the bundle.
 */
package dev.weir.deadletter;

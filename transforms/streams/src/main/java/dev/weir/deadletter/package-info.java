/**
 * Dead letters: records that a pipeline could not use. Begin with {@link
 * dev.weir.deadletter.ParseRecords}, which turns raw records into typed ones. {@link
 * dev.weir.deadletter.DeadLetters} collects the dead letters of all steps of a pipeline, flattens
 * them once and writes them with one sink. Each rejected record becomes exactly one dead letter,
 * with a reason and the origin of the record, and without any of its data. An exception other than
 * {@link dev.weir.record.UnreadableRecord} fails the bundle.
 */
package dev.weir.deadletter;

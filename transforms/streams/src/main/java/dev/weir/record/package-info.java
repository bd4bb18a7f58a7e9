/**
 * A record as it was read, before and while it is parsed. Begin with {@link
 * dev.weir.record.RawRecord}, which holds its bytes. {@link dev.weir.record.Origin} is the place it
 * was read from, and {@link dev.weir.record.UnreadableRecord} the only exception that turns it into
 * a dead letter. The rest reads untrusted bytes strictly ({@link dev.weir.record.StrictJson}) and
 * tracks the event time that a log has reached ({@link dev.weir.record.LogTime}). Nothing is
 * guessed: input that breaks its format is rejected, and no message quotes a value.
 */
package dev.weir.record;

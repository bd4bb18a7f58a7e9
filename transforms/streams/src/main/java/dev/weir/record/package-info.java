/**
 * A record as it was read, before and while it is parsed. {@link dev.weir.record.RawRecord} is its
 * bytes, {@link dev.weir.record.Origin} the place it was read from, and {@link
 * dev.weir.record.UnreadableRecord} the one exception that turns it into a dead letter. The rest
 * reads untrusted bytes strictly ({@link dev.weir.record.StrictJson}, {@link
 * dev.weir.record.StrictUtf8}) and finds out from a log how far its time has come ({@link
 * dev.weir.record.LogTime}). Begin with {@code RawRecord}. Nothing is guessed: input that breaks
 * its format is refused, and no message quotes a value.
 */
package dev.weir.record;

package dev.weir.ordering;

import dev.weir.encoding.RecordBlock;

/**
 * A part of an entity's records in keyed state: a leaf, which contains records, or a branch, whose
 * records are in up to 16 further pages.
 *
 * @param children the further pages that exist, one bit for each; 0 for a leaf
 * @param sweptAt when the records of a leaf are swept, in epoch milliseconds, or {@link #NEVER}
 * @param records null for a branch
 */
public record Page(int children, long sweptAt, RecordBlock records) {
  /** The time of a sweep that is not set. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Returns the entity that the page with this key belongs to. */
  public static String entity(String key) {
    return key.substring(key.indexOf(':') + 1);
  }

  static Page leaf(long sweptAt, RecordBlock records) {
    return new Page(0, sweptAt, records);
  }

  static Page branch(int children) {
    return new Page(children, NEVER, null);
  }
}

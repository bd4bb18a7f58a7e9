package dev.weir.ordering;

import dev.weir.encoding.RecordBlock;
import java.util.List;

/**
 * A part of an entity's records in keyed state: a leaf, which contains records, or a branch, whose
 * records are in up to 16 further pages.
 *
 * @param children the further pages that exist, one bit for each; 0 for a leaf
 * @param sweeps the next sweeps of a leaf that wait for their turn: distinct times in epoch
 *     milliseconds, the earliest first
 * @param records null for a branch
 */
public record Page(int children, List<Long> sweeps, RecordBlock records) {

  /** Returns the entity that the page with this key belongs to. */
  public static String entity(String key) {
    return key.substring(key.indexOf(':') + 1);
  }

  static Page leaf(List<Long> sweeps, RecordBlock records) {
    return new Page(0, sweeps, records);
  }

  static Page branch(int children) {
    return new Page(children, List.of(), null);
  }
}

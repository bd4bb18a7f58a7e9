package dev.weir.verify;

import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import java.util.List;

/** Reads the records of one input, as the pipeline does. */
@FunctionalInterface
public interface InputReader {

  /**
   * What follows from a readable record.
   *
   * @param identity the identity of its result; null if it has none of its own
   * @param time the time of the result in epoch milliseconds, if its kind has one
   * @param deletes whether it deletes the row of its key
   * @param name what it is counted as if it has no result, such as {@code ignored}
   */
  record Effect(String identity, long time, boolean deletes, String name) {
    /**
     * A record that has a result, unless it is a duplicate.
     *
     * @param identity the values of the fields that identify the result
     */
    public static Effect result(List<String> identity, long time) {
      return new Effect(OutputKind.joined(identity), time, false, null);
    }

    /** A change of a row. */
    public static Effect change(String key, boolean deletes) {
      return new Effect(key, 0, deletes, null);
    }

    /** A record without a result of its own. */
    public static Effect none(String name) {
      return new Effect(null, 0, false, name);
    }
  }

  /**
   * @throws UnreadableRecord if the record is a dead letter
   */
  Effect read(RawRecord record) throws UnreadableRecord;
}

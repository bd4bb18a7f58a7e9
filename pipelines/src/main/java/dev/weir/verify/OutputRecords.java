package dev.weir.verify;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What a job has written to one port, as it was when this object was made. */
interface OutputRecords extends AutoCloseable {

  /** The forms of an output. */
  enum Form {
    /** In a changelog the last record of a key is its row. */
    TOPIC,
    /**
     * In a changelog the line of a key with the highest revision is its row; lines are unordered.
     */
    FOLDER,
    /** One row for each key of a changelog. */
    TABLE
  }

  /** Such as {@code topic loan_decisions}. */
  String name();

  Form form();

  /** Whether nothing that was written has been removed by a retention. */
  boolean isComplete();

  /** Reads everything, in the order in which each key was written. May be called again. */
  void forEach(Consumer<Found> handler);

  /** Where a record is, for a reader. */
  String describe(Found found);

  /**
   * Reads a record again.
   *
   * @param position its position
   * @param wanted accepts it; needed where a position does not lead to the record
   */
  Optional<Found> find(long position, Predicate<Found> wanted);

  @Override
  void close();
}

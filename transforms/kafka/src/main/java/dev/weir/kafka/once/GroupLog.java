package dev.weir.kafka.once;

import java.util.Map;
import java.util.function.Consumer;

/** The log that a writer group publishes to: a topic, or a model of one in a test. */
interface GroupLog extends AutoCloseable {
  /**
   * Takes the group over: no other writer can commit from now on, and a transaction that one of
   * them has open is aborted. Called once, first.
   */
  void takeOver();

  /**
   * Reads the records of the group that are visible now.
   *
   * @param from the offset from which to read each partition; a missing one is read from its
   *     beginning
   * @param topicId the id of the topic that the offsets belong to; empty if it is not known
   * @param partitionsThen the number of partitions that the topic had when the offsets were valid
   * @param each receives the records of each partition in order
   * @return the end of each partition of the topic; those that can have records of the group were
   *     read up to it
   * @throws PublishException if records may be missing
   */
  Map<Integer, Long> readBack(
      Map<Integer, Long> from, String topicId, int partitionsThen, Consumer<PublishedRecord> each);

  /**
   * As {@link #readBack}, but only what is before the first open transaction of each partition:
   * does not wait.
   *
   * @return up to where each partition was read, at least {@code from}
   */
  Map<Integer, Long> readOn(
      Map<Integer, Long> from, String topicId, Consumer<PublishedRecord> each);

  /** Returns the offset of the first open transaction of each partition, or else its end. */
  Map<Integer, Long> stableEnds();

  /** Returns the id of the topic; empty if it is not known. */
  String topicId();

  /** Returns the number of partitions that the topic had when the group was taken over. */
  int partitions();

  void begin(TransactionNumber transaction);

  /** Adds a record to the open transaction; an error is thrown here or by {@link #commit}. */
  void send(Output output);

  /**
   * Commits the open transaction: all of its records become visible, or none.
   *
   * @return the offset after its last record, for each partition that has one
   */
  Map<Integer, Long> commit();

  /** Releases the resources; an open transaction is never committed. Does not wait. */
  @Override
  void close();
}

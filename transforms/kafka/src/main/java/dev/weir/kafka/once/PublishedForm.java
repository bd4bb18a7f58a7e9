package dev.weir.kafka.once;

import dev.weir.changelog.Position;
import java.io.Serializable;

/**
 * How elements become records of a topic, and records become elements again.
 *
 * <p>In a stream each element has an identity, which no other element has: what was published under
 * an identity stands, and an element that a restarted job emits again with the same identity is not
 * published, whatever it contains. In a changelog an element is the state of a key at a revision:
 * the last record of a key is its current state.
 *
 * @param <T> an element
 */
public interface PublishedForm<T> extends Serializable {
  /** The key of the element's record, which also selects its partition. */
  String key(T element);

  /** The value of the element's record; null for a tombstone. */
  byte[] value(T element);

  /** The identity of an element of a stream; null if it is the key. */
  default String identity(T element) {
    return null;
  }

  /**
   * The revision of the key; null in a stream. Of two revisions of a key the higher one is the
   * later state.
   */
  default Position revision(T element) {
    return null;
  }

  /** Returns the element at another revision of its key. Called for a changelog only. */
  default T at(T element, Position revision) {
    throw new UnsupportedOperationException("a stream has no revisions");
  }

  /**
   * What a changelog element states, without what may differ when it is computed again, such as the
   * answer of a service. Two elements of a key with equal revision and content are the same output.
   */
  default byte[] content(T element) {
    return value(element);
  }

  /** What the element needs beside its value to be read back; null if nothing. */
  default byte[] more(T element) {
    return null;
  }

  /**
   * Reads a record that {@link PublishOnce} has published.
   *
   * @param value null for a tombstone
   * @param more null if the record has none
   * @throws IllegalArgumentException if it cannot be read
   */
  T read(String key, byte[] value, byte[] more, RecordTag tag);
}

package dev.weir.kafka.once;

import dev.weir.changelog.Position;

/**
 * An output of a sink, as it is published.
 *
 * @param value null for a tombstone
 * @param eventTime the timestamp of the element, epoch milliseconds
 * @param identity null if it is the key, and in a changelog
 * @param revision null in a stream
 * @param more null if there is none
 */
record Output(
    String key, byte[] value, long eventTime, String identity, Position revision, byte[] more) {
  static <T> Output of(PublishedForm<T> form, Timed<T> timed) {
    T element = timed.element();
    return new Output(
        form.key(element),
        form.value(element),
        timed.eventTime(),
        form.identity(element),
        form.revision(element),
        form.more(element));
  }

  /** An estimate of the memory it takes, in bytes. */
  int size() {
    return 200 + 2 * key.length() + (value == null ? 0 : value.length);
  }

  /** The name under which the state has an output: its identity, or its key in a changelog. */
  String name() {
    return identity == null ? key : identity;
  }

  /** Returns the name of the output of an element. */
  static <T> String name(PublishedForm<T> form, T element) {
    String identity = form.identity(element);
    return identity == null ? form.key(element) : identity;
  }
}

package dev.weir.verify;

import dev.weir.kafka.CommittedRecords;
import dev.weir.kafka.once.RecordTag;
import dev.weir.record.UnreadableRecord;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A topic that a job writes, as a {@code read_committed} consumer sees it. */
final class TopicOutput implements OutputRecords {
  /** The bits of a position that hold the offset; those above hold the partition. */
  private static final int OFFSET_BITS = 44;

  private final String topic;
  private final CommittedRecords records;
  private final ValueJson values;

  /** Turns a value of the topic into plain JSON. */
  @FunctionalInterface
  interface ValueJson {
    byte[] of(byte[] value) throws UnreadableRecord;
  }

  TopicOutput(String topic, CommittedRecords records, ValueJson values) {
    this.topic = topic;
    this.records = records;
    this.values = values;
  }

  @Override
  public String name() {
    return "topic " + topic;
  }

  @Override
  public Form form() {
    return Form.TOPIC;
  }

  @Override
  public boolean isComplete() {
    return records.isFromTheStart();
  }

  @Override
  public void forEach(Consumer<Found> handler) {
    records.forEach(next -> handler.accept(found(next)));
  }

  private Found found(ConsumerRecord<byte[], byte[]> next) {
    long position = (long) next.partition() << OFFSET_BITS | next.offset();
    Optional<RecordTag> tag = RecordTag.of(next.headers());
    if (next.key() == null) {
      return Found.unreadable(position, "has no key", tag);
    }
    String key = new String(next.key(), StandardCharsets.UTF_8);
    try {
      byte[] json = next.value() == null ? null : values.of(next.value());
      return Found.ofTopic(position, key, json, tag);
    } catch (UnreadableRecord e) {
      return Found.unreadable(position, e.getMessage(), tag);
    }
  }

  @Override
  public String describe(Found found) {
    return name()
        + ", partition "
        + (found.position() >>> OFFSET_BITS)
        + ", offset "
        + (found.position() & (1L << OFFSET_BITS) - 1);
  }

  @Override
  public Optional<Found> find(long position, Predicate<Found> wanted) {
    return records
        .at((int) (position >>> OFFSET_BITS), position & (1L << OFFSET_BITS) - 1)
        .map(this::found);
  }

  @Override
  public void close() {
    records.close();
  }
}

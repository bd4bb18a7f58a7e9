package dev.weir.verify;

import dev.weir.changelog.Position;
import dev.weir.kafka.once.RecordTag;
import dev.weir.kafka.once.TransactionNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;

/** An output in memory; positions count from 0. */
final class MemoryOutput implements OutputRecords {
  static final String SINK = "job";

  private final Form form;
  private final List<Found> records = new ArrayList<>();
  private boolean complete = true;
  private long attempt = 1;

  private MemoryOutput(Form form) {
    this.form = form;
  }

  static MemoryOutput topic() {
    return new MemoryOutput(Form.TOPIC);
  }

  static MemoryOutput table() {
    return new MemoryOutput(Form.TABLE);
  }

  static MemoryOutput folder() {
    return new MemoryOutput(Form.FOLDER);
  }

  MemoryOutput incomplete() {
    complete = false;
    return this;
  }

  /** The job is restored. */
  MemoryOutput restart() {
    attempt++;
    return this;
  }

  /** Adds a record with the header of the job's sink. */
  MemoryOutput with(String key, String json) {
    return with(key, json, SINK, null);
  }

  /** Adds a revision of a key; null deletes it. */
  MemoryOutput with(String key, String json, long major, long minor) {
    return with(key, json, SINK, new Position(major, minor));
  }

  MemoryOutput with(String key, String json, String sink, Position revision) {
    RecordTag tag = new RecordTag(sink, 0, new TransactionNumber(attempt, 1), 0, null, revision);
    records.add(Found.ofTopic(records.size(), key, bytes(json), Optional.of(tag)));
    return this;
  }

  MemoryOutput withoutHeader(String key, String json) {
    records.add(Found.ofTopic(records.size(), key, bytes(json), Optional.empty()));
    return this;
  }

  MemoryOutput line(String key, String json, long revision) {
    records.add(Found.ofFile(records.size(), key, bytes(json), Optional.of(revision)));
    return this;
  }

  MemoryOutput row(String key, String json) {
    return row(key, json, null);
  }

  MemoryOutput row(String key, String json, SpecificRecordBase row) {
    records.add(Found.ofTable(key, bytes(json), row));
    return this;
  }

  MemoryOutput unreadable(String problem) {
    records.add(Found.unreadable(records.size(), problem, Optional.empty()));
    return this;
  }

  private static byte[] bytes(String json) {
    return json == null ? null : json.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String name() {
    return "the " + form.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public Form form() {
    return form;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public void forEach(Consumer<Found> handler) {
    records.forEach(handler);
  }

  @Override
  public String describe(Found found) {
    return form == Form.TABLE ? name() : name() + ", " + found.position();
  }

  @Override
  public Optional<Found> find(long position, Predicate<Found> wanted) {
    return form == Form.TABLE
        ? records.stream().filter(wanted).findFirst()
        : Optional.of(records.get((int) position));
  }

  @Override
  public void close() {}
}

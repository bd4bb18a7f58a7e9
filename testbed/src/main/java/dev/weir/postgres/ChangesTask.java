package dev.weir.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * One call of DebeziumIO: a turn in which it polls the reader of a slot. DebeziumIO starts a task,
 * polls it until it returns no records, stops it, and starts another one a second later; no
 * checkpoint can be taken while it polls. A turn therefore ends after a limited time even if there
 * is more to read, and the reader is kept for the next turn instead of stopped. Only an initial
 * snapshot is always a single turn, however long: continuing from a checkpoint taken in the middle
 * of it would miss deletions.
 *
 * <p>Public because DebeziumIO creates it by reflection.
 */
public final class ChangesTask extends SourceTask {
  private static final Duration TURN = Duration.ofSeconds(1);

  private SlotReader reader;
  private long over;
  private boolean failed;

  @Override
  public void start(Map<String, String> properties) {
    SlotConfiguration slot = SlotConfiguration.from(properties);
    Map<String, Object> offset = context.offsetStorageReader().offset(Map.of("slot", slot.slot()));
    reader = SlotReaders.take(slot, offset == null ? Map.of() : offset);
    over = System.nanoTime() + TURN.toNanos();
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    try {
      while (!reader.isSnapshotRead() || System.nanoTime() < over) {
        List<SourceRecord> records = reader.poll();
        if (!records.isEmpty()) {
          return records;
        }
      }
      return List.of();
    } catch (InterruptedException | RuntimeException e) {
      failed = true;
      throw e;
    }
  }

  /** Does nothing: polled records are not covered by a completed checkpoint yet. */
  @Override
  public void commit() {}

  @Override
  public void stop() {
    if (reader == null) {
      return;
    }
    if (failed) {
      SlotReaders.discard(reader);
    } else {
      SlotReaders.keep(reader);
    }
    reader = null;
  }

  @Override
  public String version() {
    return "1";
  }
}

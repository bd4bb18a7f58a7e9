package dev.weir.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * One call of DebeziumIO: a turn at the reader of a slot. DebeziumIO starts a task, polls it until
 * it has nothing, stops it, and a second later starts another; while it polls, no checkpoint can be
 * taken. So a turn is over after a while however much there is to read, and the reader is not
 * stopped with it but kept for the next one. Only a first snapshot is one turn, however long: a
 * checkpoint from the middle of one could not be gone on from without missing deletes.
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

  /** Nothing: what has been polled has not been through a checkpoint yet. */
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

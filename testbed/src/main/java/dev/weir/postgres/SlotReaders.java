package dev.weir.postgres;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the readers of this process between two turns. Closes a reader that is not requested again.
 */
final class SlotReaders {
  private static final long KEPT_SECONDS = 20;

  private static final Map<String, SlotReader> KEPT = new ConcurrentHashMap<>();

  /** All readers, by slot, to confirm records that were emitted earlier. */
  private static final Map<String, SlotReader> OPEN = new ConcurrentHashMap<>();

  private static final ScheduledExecutorService CLOSER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "weir-slot-readers");
            thread.setDaemon(true);
            return thread;
          });

  private SlotReaders() {}

  /** Returns the reader whose last record has that offset, or a new one that starts there. */
  static SlotReader take(SlotConfiguration slot, Map<String, ?> offset) {
    SlotReader kept = KEPT.remove(slot.key());
    if (kept != null && kept.isAt(offset)) {
      return kept;
    }
    if (kept != null) {
      close(kept);
    }
    SlotReader started = SlotReader.start(slot, offset);
    OPEN.put(slot.key(), started);
    return started;
  }

  /** Confirms that a completed checkpoint covers all records of the slot up to that LSN. */
  static void confirm(String key, long lsn) {
    SlotReader reader = OPEN.get(key);
    if (reader != null) {
      reader.confirm(lsn);
    }
  }

  /** Closes the reader in another thread, because the failed thread may be interrupted. */
  static void discard(SlotReader reader) {
    CLOSER.execute(() -> close(reader));
  }

  private static void close(SlotReader reader) {
    OPEN.remove(reader.slot().key(), reader);
    reader.close();
  }

  static void keep(SlotReader reader) {
    String key = reader.slot().key();
    SlotReader other = KEPT.put(key, reader);
    if (other != null && other != reader) {
      close(other);
    }
    long turn = reader.endTurn();
    CLOSER.schedule(
        () -> {
          if (reader.turns() == turn && KEPT.remove(key, reader)) {
            close(reader);
          }
        },
        KEPT_SECONDS,
        TimeUnit.SECONDS);
  }
}

package dev.weir.cdc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The readers of this process between two turns. One that is not asked for again is closed. */
final class SlotReaders {
  private static final long KEPT_SECONDS = 60;

  private static final Map<String, SlotReader> KEPT = new ConcurrentHashMap<>();

  private static final ScheduledExecutorService CLOSER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "weir-slot-readers");
            thread.setDaemon(true);
            return thread;
          });

  private SlotReaders() {}

  /** The reader that has just handed out the record of that offset, or a new one from there. */
  static SlotReader take(SlotConfiguration slot, Map<String, ?> offset) {
    SlotReader kept = KEPT.remove(slot.key());
    if (kept != null && kept.isAt(offset)) {
      return kept;
    }
    if (kept != null) {
      kept.close();
    }
    return SlotReader.start(slot, offset);
  }

  static void keep(SlotReader reader) {
    String key = reader.slot().key();
    SlotReader other = KEPT.put(key, reader);
    if (other != null && other != reader) {
      other.close();
    }
    long turn = reader.endTurn();
    CLOSER.schedule(
        () -> {
          if (reader.turns() == turn && KEPT.remove(key, reader)) {
            reader.close();
          }
        },
        KEPT_SECONDS,
        TimeUnit.SECONDS);
  }
}

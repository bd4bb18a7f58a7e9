package dev.weir.postgres;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The readers of this process between two turns. One that is not asked for again is closed. */
final class SlotReaders {
  private static final long KEPT_SECONDS = 20;

  private static final Map<String, SlotReader> KEPT = new ConcurrentHashMap<>();

  /** All of them, by slot, for what is said about records long handed out. */
  private static final Map<String, SlotReader> OPEN = new ConcurrentHashMap<>();

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
      close(kept);
    }
    SlotReader started = SlotReader.start(slot, offset);
    OPEN.put(slot.key(), started);
    return started;
  }

  /** All records of the slot up to that lsn are through a checkpoint. */
  static void confirm(String key, long lsn) {
    SlotReader reader = OPEN.get(key);
    if (reader != null) {
      reader.confirm(lsn);
    }
  }

  /** Not by the thread that has failed, which may be interrupted. */
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

package dev.weir.peers;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** Measures the peak heap that was still in use after a garbage collection. */
public final class HeapAfterGc {
  private final AtomicLong peak = new AtomicLong();
  private final Set<String> heap =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());

  private HeapAfterGc() {}

  /** Watches every collection from now on. */
  public static HeapAfterGc watch() {
    HeapAfterGc watch = new HeapAfterGc();
    ManagementFactory.getGarbageCollectorMXBeans()
        .forEach(
            gc ->
                ((NotificationEmitter) gc)
                    .addNotificationListener((seen, none) -> watch.note(seen), null, null));
    return watch;
  }

  private void note(Notification seen) {
    if (seen.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      long used =
          GarbageCollectionNotificationInfo.from((CompositeData) seen.getUserData())
              .getGcInfo()
              .getMemoryUsageAfterGc()
              .entrySet()
              .stream()
              .filter(pool -> heap.contains(pool.getKey()))
              .mapToLong(pool -> pool.getValue().getUsed())
              .sum();
      peak.accumulateAndGet(used, Math::max);
    }
  }

  /** Returns the peak in mebibytes; 0 if there was no collection. */
  public long peakMebibytes() {
    return peak.get() >> 20;
  }
}

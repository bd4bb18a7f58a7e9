package dev.weir.ledger;

import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.ThreadPools;

/** Lets go of old snapshots, and removes the files that only they name. */
final class ExpireHistory {
  private static final int THREADS = 4;

  private final Table table;
  private final MaintenanceRules rules;
  private final Clock clock;

  ExpireHistory(Table table, MaintenanceRules rules, Clock clock) {
    this.table = table;
    this.rules = rules;
    this.clock = clock;
  }

  Expiry run() {
    Set<Long> gone = snapshots();
    AtomicLong files = new AtomicLong();
    ExecutorService pool = ThreadPools.newFixedThreadPool("weir-expire", THREADS);
    try {
      table
          .expireSnapshots()
          .expireOlderThan(clock.instant().minus(rules.history()).toEpochMilli())
          .retainLast(rules.snapshots())
          .executeDeleteWith(pool)
          .deleteWith(
              file -> {
                table.io().deleteFile(file);
                files.incrementAndGet();
              })
          .commit();
    } finally {
      pool.shutdown();
    }
    table.refresh();
    gone.removeAll(snapshots());
    return new Expiry(gone.size(), files.get());
  }

  private Set<Long> snapshots() {
    Set<Long> ids = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      ids.add(snapshot.snapshotId());
    }
    return ids;
  }
}

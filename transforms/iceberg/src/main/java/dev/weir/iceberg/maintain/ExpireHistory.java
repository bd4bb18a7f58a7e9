package dev.weir.iceberg.maintain;

import dev.weir.iceberg.erase.PersonalFiles;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.ThreadPools;

/** Expires old snapshots and removes the files that only they reference. */
final class ExpireHistory {
  private static final int THREADS = 4;

  private final Table table;
  private final MaintenanceRules rules;
  private final Clock clock;
  private final PersonalFiles personal;

  /**
   * @param personal the personal data that no snapshot may show any more; null if there is none
   */
  ExpireHistory(Table table, MaintenanceRules rules, Clock clock, PersonalFiles personal) {
    this.table = table;
    this.rules = rules;
    this.clock = clock;
    this.personal = personal;
  }

  Expiry run() {
    return personal == null ? byAge() : erasing();
  }

  /**
   * Keeps only the current snapshot and those of tags and branches if history shows personal data
   * of deleted persons; otherwise expires snapshots by age.
   */
  private Expiry erasing() {
    ResumableExpiry expiry = new ResumableExpiry(table);
    long left = expiry.finish();
    List<Snapshot> gone;
    if (personal.areInHistory()) {
      dropRemovedEntries();
      gone = new ArrayList<>();
      Set<Long> named = personal.named();
      table
          .snapshots()
          .forEach(
              snapshot -> {
                if (!named.contains(snapshot.snapshotId())) {
                  gone.add(snapshot);
                }
              });
    } else {
      gone =
          table
              .expireSnapshots()
              .expireOlderThan(clock.instant().minus(rules.history()).toEpochMilli())
              .retainLast(rules.snapshots())
              .apply();
    }
    Expiry done = expiry.run(gone);
    return new Expiry(done.snapshots(), left + done.files());
  }

  /**
   * Rewrites manifests that list removed files, because such entries keep the files' column bounds.
   */
  private void dropRemovedEntries() {
    boolean any =
        table.currentSnapshot().dataManifests(table.io()).stream()
            .anyMatch(ManifestFile::hasDeletedFiles);
    if (any) {
      table
          .rewriteManifests()
          .clusterBy(file -> "together")
          .rewriteIf(ManifestFile::hasDeletedFiles)
          .commit();
      table.refresh();
    }
  }

  private Expiry byAge() {
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

package dev.weir.iceberg.maintain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.TableFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;

/**
 * Expires snapshots and removes the files that only they reference, without leaving any file
 * behind: the commit that drops the snapshots records their manifest lists in a table property, and
 * the next run finishes what was left undone. Iceberg's own expiry, if killed in between, leaves
 * files that no later expiry finds.
 */
public final class ResumableExpiry {
  public static final String PREFIX = "weir.erasing.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Table table;

  ResumableExpiry(Table table) {
    this.table = table;
  }

  /**
   * @param gone the snapshots to expire; none of them is the current one or that of a tag or branch
   */
  Expiry run(List<Snapshot> gone) {
    if (gone.isEmpty()) {
      return new Expiry(0, 0);
    }
    Transaction transaction = table.newTransaction();
    // Expire nothing by age: if other jobs commit in the meantime, more snapshots would expire than
    // the property lists.
    ExpireSnapshots expire =
        transaction.expireSnapshots().expireOlderThan(0).cleanExpiredFiles(false);
    gone.forEach(snapshot -> expire.expireSnapshotId(snapshot.snapshotId()));
    expire.commit();
    List<String> lists = gone.stream().map(Snapshot::manifestListLocation).toList();
    transaction.updateProperties().set(PREFIX + UUID.randomUUID(), write(lists)).commit();
    transaction.commitTransaction();
    return new Expiry(gone.size(), finish());
  }

  /**
   * Removes the files of all snapshots that were expired so far.
   *
   * @return the number of files removed
   */
  long finish() {
    table.refresh();
    Set<String> recordedIn = new HashSet<>();
    Set<String> lists = new HashSet<>();
    table
        .properties()
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX)) {
                recordedIn.add(name);
                lists.addAll(read(value));
              }
            });
    if (recordedIn.isEmpty()) {
      return 0;
    }
    long removed = remove(lists);
    UpdateProperties update = table.updateProperties();
    recordedIn.forEach(update::remove);
    update.commit();
    table.refresh();
    return removed;
  }

  private long remove(Set<String> recorded) {
    Map<String, ManifestFile> keptManifests = new HashMap<>();
    Set<String> lists = new HashSet<>(recorded);
    for (Snapshot snapshot : table.snapshots()) {
      lists.remove(snapshot.manifestListLocation());
      snapshot.allManifests(table.io()).forEach(m -> keptManifests.put(m.path(), m));
    }
    // A missing list was removed earlier, after everything it references.
    lists.removeIf(this::isGone);
    Map<String, ManifestFile> manifests = new HashMap<>();
    for (String list : lists) {
      manifests(list).forEach(manifest -> manifests.put(manifest.path(), manifest));
    }
    manifests.keySet().removeAll(keptManifests.keySet());
    manifests.keySet().removeIf(this::isGone);
    Map<String, String> files = named(manifests.values());
    if (!files.isEmpty()) {
      files.keySet().removeAll(named(keptManifests.values()).keySet());
    }
    delete(files.values());
    delete(manifests.keySet());
    delete(lists);
    return (long) files.size() + manifests.size() + lists.size();
  }

  private boolean isGone(String location) {
    return !table.io().newInputFile(location).exists();
  }

  private List<ManifestFile> manifests(String list) {
    ObjectNode snapshot = JSON.createObjectNode();
    snapshot.put("snapshot-id", 0);
    snapshot.put("timestamp-ms", 0);
    snapshot.put("manifest-list", list);
    return SnapshotParser.fromJson(snapshot.toString()).allManifests(table.io());
  }

  /** The locations of the files in these manifests, keyed by {@link TableFolder#path}. */
  private Map<String, String> named(Collection<ManifestFile> manifests) {
    Map<String, String> files = new HashMap<>();
    for (ManifestFile manifest : manifests) {
      try (ManifestReader<? extends ContentFile<?>> live = RemoveOrphans.read(table, manifest)) {
        live.forEach(file -> files.put(TableFolder.path(file.location()), file.location()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  /** Deletes all of these files before it returns, or throws. */
  private void delete(Collection<String> locations) {
    Tasks.foreach(locations)
        .executeWith(ThreadPools.getWorkerPool())
        .throwFailureWhenFinished()
        .run(
            location -> {
              try {
                table.io().deleteFile(location);
              } catch (NotFoundException e) {
                // Another run is finishing the same expiry.
              }
            });
  }

  private static String write(List<String> lists) {
    try {
      return JSON.writeValueAsString(lists);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> read(String json) {
    List<String> lists = new ArrayList<>();
    try {
      JSON.readTree(json).forEach(list -> lists.add(list.asText()));
    } catch (JsonProcessingException e) {
      throw new LedgerException("the record of expired snapshots cannot be read: " + json, e);
    }
    return lists;
  }
}

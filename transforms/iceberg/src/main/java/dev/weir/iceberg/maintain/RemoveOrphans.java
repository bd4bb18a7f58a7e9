package dev.weir.iceberg.maintain;

import dev.weir.iceberg.commit.RunRecord;
import dev.weir.iceberg.table.TableFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes data and delete files in the table's folder that no snapshot references and that provably
 * no job will ever commit ({@link PendingFiles}): for a live sink, files written before the start
 * of its latest attempt that has committed; for a finished run, files written before it finished;
 * for a compaction, files that are older than a day. Also removes the records of runs without a
 * sink id of their own that finished more than 30 days ago.
 */
final class RemoveOrphans {
  private static final Logger LOG = LoggerFactory.getLogger(RemoveOrphans.class);

  /**
   * Matches the property of a run that was started without a sink id; such a run cannot be
   * repeated.
   */
  private static final Pattern RUN_WITHOUT_SINK_ID =
      Pattern.compile(Pattern.quote(RunRecord.property("run-")) + "[0-9a-f-]{36}");

  private static final Duration REMEMBERED = Duration.ofDays(30);

  private final Table table;
  private final MaintenanceRules rules;
  private final Clock clock;
  private final Set<FileInfo> kept = ConcurrentHashMap.newKeySet();

  RemoveOrphans(Table table, MaintenanceRules rules, Clock clock) {
    this.table = table;
    this.rules = rules;
    this.clock = clock;
  }

  OrphanRemoval run() {
    table.refresh();
    TableFolder folder = new TableFolder(table);
    Optional<String> skipReason = folder.skipReason();
    if (skipReason.isPresent()) {
      return new OrphanRemoval(0, 0, 0, 0, removeRuns(), skipReason);
    }
    // List the files before the refresh: files that are committed in between are then found to be
    // referenced.
    Map<String, FileInfo> unnamed = folder.files();
    table.refresh();
    PendingFiles pending =
        new PendingFiles(table.properties(), clock.instant(), rules.removeUnknown());
    removeNamed(unnamed);
    AtomicInteger removed = new AtomicInteger();
    AtomicLong removedBytes = new AtomicLong();
    Tasks.foreach(unnamed.values())
        .executeWith(ThreadPools.getWorkerPool())
        .suppressFailureWhenFinished()
        .onFailure((file, e) -> LOG.warn("{} could not be removed", file.location(), e))
        .run(
            file -> {
              Instant modified = Instant.ofEpochMilli(file.createdAtMillis());
              if (pending.mayInclude(file.location(), modified)) {
                kept.add(file);
              } else {
                table.io().deleteFile(file.location());
                removed.incrementAndGet();
                removedBytes.addAndGet(file.size());
              }
            });
    long keptBytes = kept.stream().mapToLong(FileInfo::size).sum();
    return new OrphanRemoval(
        removed.get(), removedBytes.get(), kept.size(), keptBytes, removeRuns(), skipReason);
  }

  /** The locations of the files that were kept. */
  List<String> kept() {
    return kept.stream().map(FileInfo::location).toList();
  }

  private void removeNamed(Map<String, FileInfo> files) {
    Set<ManifestFile> manifests = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      manifests.addAll(snapshot.allManifests(table.io()));
      // These are removed when the snapshot expires.
      snapshot.removedDataFiles(table.io()).forEach(file -> remove(file, files));
      snapshot.removedDeleteFiles(table.io()).forEach(file -> remove(file, files));
    }
    Tasks.foreach(manifests)
        .executeWith(ThreadPools.getWorkerPool())
        .stopOnFailure()
        .throwFailureWhenFinished()
        .run(
            manifest -> {
              try (ManifestReader<? extends ContentFile<?>> named = read(table, manifest)) {
                named.forEach(file -> remove(file, files));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static void remove(ContentFile<?> named, Map<String, FileInfo> files) {
    files.remove(TableFolder.path(named.location()));
  }

  /** Reads the locations of the files in a manifest, without those marked as removed. */
  static ManifestReader<? extends ContentFile<?>> read(Table table, ManifestFile manifest) {
    ManifestReader<? extends ContentFile<?>> files =
        manifest.content() == ManifestContent.DATA
            ? ManifestFiles.read(manifest, table.io(), table.specs())
            : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs());
    return files.select(List.of(DataFile.FILE_PATH.name()));
  }

  private int removeRuns() {
    long before = clock.instant().minus(REMEMBERED).toEpochMilli();
    UpdateProperties update = table.updateProperties();
    int removed = 0;
    for (Map.Entry<String, String> property : table.properties().entrySet()) {
      if (RUN_WITHOUT_SINK_ID.matcher(property.getKey()).matches()) {
        RunRecord run = RunRecord.parse(property.getValue());
        if (PendingFiles.isFinished(run) && run.finished() < before) {
          update.remove(property.getKey());
          removed++;
        }
      }
    }
    if (removed > 0) {
      update.commit();
    }
    return removed;
  }
}

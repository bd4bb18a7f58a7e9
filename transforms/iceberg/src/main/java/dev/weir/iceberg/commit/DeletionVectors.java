package dev.weir.iceberg.commit;

import dev.weir.iceberg.table.ParquetFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.StructLikeWrapper;

/**
 * The deletion vectors of a table, as of a snapshot. A data file has at most one, so a new one
 * contains the positions of the one before, and replaces it. It also contains the position deletes
 * from before the table was upgraded to format version 3, because readers ignore them beside a
 * vector.
 */
final class DeletionVectors {
  private final Table table;
  private final String sinkId;
  private final BaseDeleteLoader loader;

  /** The snapshot that these are of; null for a table without snapshots. */
  private Long snapshot;

  private Map<String, DeleteFile> byDataFile = new HashMap<>();
  private List<Older> older = new ArrayList<>();

  DeletionVectors(Table table, String sinkId) {
    this.table = table;
    this.sinkId = sinkId;
    this.loader = new BaseDeleteLoader(delete -> table.io().newInputFile(delete));
  }

  /**
   * The vectors of a commit.
   *
   * @param added those to add
   * @param removed the deletes of the table that they include
   */
  record Merged(List<DeleteFile> added, List<DeleteFile> removed) {}

  /**
   * Position deletes in the form of format version 2.
   *
   * @param only the only data file that they concern; null if there may be several
   */
  private record Older(DeleteFile file, String only) {}

  /** Returns whether a file deletes rows by position in the form of format version 2. */
  static boolean isOfVersion2(DeleteFile file) {
    return file.content() == FileContent.POSITION_DELETES && !ContentFileUtil.isDV(file);
  }

  /** Reads the vectors of the table's current snapshot, unless they are known. */
  void read() {
    Snapshot now = table.currentSnapshot();
    Long id = now == null ? null : now.snapshotId();
    if (Objects.equals(snapshot, id)) {
      return;
    }
    snapshot = null;
    byDataFile = new HashMap<>();
    older = new ArrayList<>();
    if (now != null) {
      now.deleteManifests(table.io()).forEach(this::read);
    }
    snapshot = id;
  }

  private void read(ManifestFile manifest) {
    try (ManifestReader<DeleteFile> files =
        ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
      files.forEach(this::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(DeleteFile file) {
    if (ContentFileUtil.isDV(file)) {
      byDataFile.put(file.referencedDataFile(), file.copyWithoutStats());
    } else if (isOfVersion2(file)) {
      String only = ContentFileUtil.referencedDataFileLocation(file);
      // The statistics have the location; with it, the file can be replaced.
      older.add(new Older(only == null ? file.copyWithoutStats() : file.copy(), only));
    }
  }

  /**
   * Records what a snapshot has. If its commit fails, {@link #read} sees that another one is
   * current and starts over.
   */
  void committed(long newSnapshot, Merged merged) {
    snapshot = newSnapshot;
    merged.added().forEach(this::add);
    Set<String> removed = new HashSet<>();
    merged.removed().forEach(file -> removed.add(file.location()));
    older.removeIf(each -> removed.contains(each.file().location()));
  }

  /**
   * Merges deletes by position with those of the table. If this is necessary, new vectors are
   * written.
   *
   * @param written vectors, or files in the form of format version 2
   */
  Merged merge(List<DeleteFile> written) {
    Set<String> dataFiles = new HashSet<>();
    if (written.stream()
        .allMatch(
            file ->
                ContentFileUtil.isDV(file)
                    && dataFiles.add(file.referencedDataFile())
                    && before(file.referencedDataFile(), file).isEmpty())) {
      return new Merged(written, List.of());
    }
    Map<String, DeleteFile> named = new HashMap<>();
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            SinkId.fileNames(table, sinkId).vectors(),
            path -> loader.loadPositionDeletes(before(path, named.get(path)), path));
    try (writer) {
      for (DeleteFile file : written) {
        PartitionSpec spec = table.specs().get(file.specId());
        forEach(
            file,
            (path, position) -> {
              named.put(path, file);
              writer.delete(path, position, spec, file.partition());
            });
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Merged(writer.result().deleteFiles(), writer.result().rewrittenDeleteFiles());
  }

  private void forEach(DeleteFile file, ParquetFiles.Positions positions) {
    if (ContentFileUtil.isDV(file)) {
      String path = file.referencedDataFile();
      loader
          .loadPositionDeletes(List.of(file), path)
          .forEach(position -> positions.accept(path, position));
    } else {
      ParquetFiles.forEachPosition(table, file, positions);
    }
  }

  /**
   * Returns the deletes of the table that may concern a data file.
   *
   * @param like a delete file of the same partition
   */
  private List<DeleteFile> before(String path, DeleteFile like) {
    DeleteFile vector = byDataFile.get(path);
    if (vector != null) {
      return List.of(vector);
    }
    return older.stream()
        .filter(
            each -> each.only() == null ? isBeside(each.file(), like) : each.only().equals(path))
        .map(Older::file)
        .toList();
  }

  private boolean isBeside(DeleteFile one, DeleteFile other) {
    StructType partition = table.specs().get(one.specId()).partitionType();
    return one.specId() == other.specId()
        && StructLikeWrapper.forType(partition)
            .set(one.partition())
            .equals(StructLikeWrapper.forType(partition).set(other.partition()));
  }
}

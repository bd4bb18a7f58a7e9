package dev.weir.savedstate;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.filesystem.FsCompletedCheckpointStorageLocation;

/**
 * A savepoint or retained checkpoint of a Flink job, of either state backend. Holds only its
 * metadata in memory. The snapshot may come from anywhere: it cannot make this process open other
 * files or run code.
 */
public final class Snapshot {
  /** Flink keeps the metadata, with all small files in it, in the memory of a job manager. */
  private static final long MOST_METADATA = 1L << 30;

  private final CheckpointMetadata metadata;
  private final SnapshotFolder folder;

  private Snapshot(CheckpointMetadata metadata, SnapshotFolder folder) {
    this.metadata = metadata;
    this.folder = folder;
  }

  /**
   * Opens the snapshot at a path or URI: a folder with a file {@code _metadata}, or that file.
   *
   * @param more further folders that may contain files of the snapshot
   * @throws UnreadableSnapshot if it is not a snapshot, is damaged or not to be trusted, or was
   *     written by a later Flink
   */
  public static Snapshot open(String path, List<Path> more) {
    FsCompletedCheckpointStorageLocation location;
    try {
      location = AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
    } catch (FileNotFoundException e) {
      throw UnreadableSnapshot.absent("does not exist, or has no file _metadata");
    } catch (IOException e) {
      throw new UnreadableSnapshot("cannot be read: " + e.getMessage(), e);
    }
    return UntrustedRead.of(loader -> open(location, more, loader));
  }

  private static Snapshot open(
      FsCompletedCheckpointStorageLocation location, List<Path> more, ClassLoader loader)
      throws IOException {
    SnapshotFolder folder = new SnapshotFolder(location.getExclusiveCheckpointDir().toUri(), more);
    try (DataInputStream in = metadata(location, folder)) {
      if (in.readInt() != Checkpoints.HEADER_MAGIC_NUMBER) {
        throw UnreadableSnapshot.absent("is not a savepoint or checkpoint");
      }
    }
    try (DataInputStream in = metadata(location, folder)) {
      return new Snapshot(metadata(in, loader, location.getExternalPointer()), folder);
    }
  }

  private static DataInputStream metadata(
      FsCompletedCheckpointStorageLocation location, SnapshotFolder folder) throws IOException {
    FileStateHandle file = location.getMetadataHandle();
    return new DataInputStream(new BufferedInputStream(folder.openMetadata(file, MOST_METADATA)));
  }

  private static CheckpointMetadata metadata(DataInputStream in, ClassLoader loader, String pointer)
      throws IOException {
    try {
      return Checkpoints.loadCheckpointMetadata(in, loader, pointer);
    } catch (IllegalArgumentException e) {
      if (String.valueOf(e.getMessage()).startsWith("Unrecognized checkpoint version")) {
        // Flink reads only the versions up to its own.
        throw new UnreadableSnapshot(
            "was written by another version of Flink: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Returns the steps that have keyed state, in the order of their ids. */
  public List<SavedStep> steps() {
    List<SavedStep> steps = new ArrayList<>();
    for (OperatorState operator : metadata.getOperatorStates()) {
      List<KeyedStateHandle> handles = new ArrayList<>();
      for (OperatorSubtaskState instance : operator.getStates()) {
        handles.addAll(instance.getManagedKeyedState());
      }
      if (!handles.isEmpty()) {
        steps.add(new SavedStep(operator, handles, folder));
      }
    }
    steps.sort(Comparator.comparing(SavedStep::id));
    return steps;
  }
}

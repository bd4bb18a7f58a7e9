package dev.weir.savedstate;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/**
 * A savepoint or retained checkpoint of a Flink job, of either state backend. Holds only its
 * metadata in memory.
 */
public final class Snapshot {
  private final CheckpointMetadata metadata;

  private Snapshot(CheckpointMetadata metadata) {
    this.metadata = metadata;
  }

  /**
   * Opens the snapshot at a path or URI: a folder with a file {@code _metadata}, or that file.
   *
   * @throws UnreadableSnapshot if it is not a snapshot, or was written by a later Flink
   */
  public static Snapshot open(String path) {
    try {
      CompletedCheckpointStorageLocation location =
          AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
      try (DataInputStream in = open(location)) {
        if (in.readInt() != Checkpoints.HEADER_MAGIC_NUMBER) {
          throw new UnreadableSnapshot("is not a savepoint or checkpoint");
        }
      }
      try (DataInputStream in = open(location)) {
        return new Snapshot(metadata(in, location.getExternalPointer()));
      }
    } catch (FileNotFoundException e) {
      throw new UnreadableSnapshot("does not exist, or has no file _metadata");
    } catch (EOFException e) {
      throw new UnreadableSnapshot("ends early");
    } catch (IOException e) {
      throw new UnreadableSnapshot("cannot be read: " + e.getMessage(), e);
    }
  }

  private static DataInputStream open(CompletedCheckpointStorageLocation location)
      throws IOException {
    return new DataInputStream(
        new BufferedInputStream(location.getMetadataHandle().openInputStream()));
  }

  private static CheckpointMetadata metadata(DataInputStream in, String pointer)
      throws IOException {
    try {
      return Checkpoints.loadCheckpointMetadata(in, Snapshot.class.getClassLoader(), pointer);
    } catch (IllegalArgumentException e) {
      // Flink reads only the versions up to its own.
      throw new UnreadableSnapshot("was written by another version of Flink: " + e.getMessage(), e);
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
        steps.add(new SavedStep(operator, handles));
      }
    }
    steps.sort(Comparator.comparing(SavedStep::id));
    return steps;
  }
}

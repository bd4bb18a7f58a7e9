package dev.weir.savedstate;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.state.CompositeKeySerializationUtils;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;

/** The keyed state of one step in a snapshot. */
public final class SavedStep {
  private final OperatorState operator;
  private final List<KeyedStateHandle> handles;
  private final SnapshotFolder folder;

  SavedStep(OperatorState operator, List<KeyedStateHandle> handles, SnapshotFolder folder) {
    this.operator = operator;
    this.handles = handles;
    this.folder = folder;
  }

  /** Returns Flink's id of the step: a hash of its name. */
  public String id() {
    return operator.getOperatorID().toHexString();
  }

  /**
   * Reads all entries once, sequentially; retains none of them.
   *
   * @throws UnreadableSnapshot if files are missing, damaged or outside of the snapshot's folder,
   *     or contain classes that no snapshot of Weir has
   */
  public void read(Consumer<SavedEntry> out) {
    UntrustedRead.of(
        loader -> {
          read(loader, out);
          return null;
        });
  }

  private void read(ClassLoader loader, Consumer<SavedEntry> out) throws IOException {
    int prefix =
        CompositeKeySerializationUtils.computeRequiredBytesInKeyGroupPrefix(
            operator.getMaxParallelism());
    for (KeyedStateHandle handle : handles) {
      if (handle instanceof KeyGroupsStateHandle stream) {
        new GroupedStream(stream, folder, prefix).read(loader, out);
      } else if (handle instanceof IncrementalRemoteKeyedStateHandle files) {
        new RocksFiles(files, folder, prefix).read(loader, out);
      } else {
        throw new UnreadableSnapshot(
            "has state in an unknown format: " + handle.getClass().getSimpleName());
      }
    }
  }
}

package dev.weir.savedstate;

import java.io.FileNotFoundException;
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

  SavedStep(OperatorState operator, List<KeyedStateHandle> handles) {
    this.operator = operator;
    this.handles = handles;
  }

  /** Returns Flink's id of the step: a hash of its name. */
  public String id() {
    return operator.getOperatorID().toHexString();
  }

  /**
   * Reads all entries once, sequentially; retains none of them.
   *
   * @throws UnreadableSnapshot if files are missing or have an unknown format
   */
  public void read(Consumer<SavedEntry> out) {
    int prefix =
        CompositeKeySerializationUtils.computeRequiredBytesInKeyGroupPrefix(
            operator.getMaxParallelism());
    try {
      for (KeyedStateHandle handle : handles) {
        if (handle instanceof KeyGroupsStateHandle stream) {
          new GroupedStream(stream, prefix).read(out);
        } else if (handle instanceof IncrementalRemoteKeyedStateHandle files) {
          new RocksFiles(files, prefix).read(out);
        } else {
          throw new UnreadableSnapshot(
              "has state in an unknown format: " + handle.getClass().getSimpleName());
        }
      }
    } catch (FileNotFoundException e) {
      throw new UnreadableSnapshot("lacks one of its files: " + e.getMessage());
    } catch (IOException e) {
      throw new UnreadableSnapshot("cannot be read: " + e.getMessage(), e);
    }
  }
}

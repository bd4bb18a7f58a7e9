package dev.weir.savedstate;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.state.FullSnapshotUtil;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.SavepointKeyedStateHandle;

/**
 * Keyed state in one stream, one key group after another: as pairs in canonical savepoints and full
 * RocksDB checkpoints, as tables in checkpoints of the heap backend.
 *
 * @param prefix number of bytes of the key group before each pair's key
 */
record GroupedStream(KeyGroupsStateHandle handle, SnapshotFolder folder, int prefix) {

  void read(ClassLoader loader, Consumer<SavedEntry> out) throws IOException {
    try (FSDataInputStream in = folder.open(handle.getDelegateStateHandle())) {
      DataLayout layout = DataLayout.read(in, loader);
      boolean tables = !(handle instanceof SavepointKeyedStateHandle) && isOfHeap(in);
      for (Tuple2<Integer, Long> group : handle.getGroupRangeOffsets()) {
        if (group.f1 != 0) {
          in.seek(group.f1);
          if (tables) {
            readTables(in, layout, out);
          } else {
            readPairs(layout.unpack(in), layout, out);
          }
        }
      }
    }
  }

  /**
   * Detects the heap backend; the metadata of both backends looks the same. Only the heap backend
   * writes every group and starts each with its number, which is too small to be the start of a
   * pair in any group except 0.
   */
  private boolean isOfHeap(FSDataInputStream in) throws IOException {
    for (Tuple2<Integer, Long> group : handle.getGroupRangeOffsets()) {
      if (group.f1 == 0) {
        return false;
      }
      if (group.f0 != 0) {
        in.seek(group.f1);
        return new DataInputViewStreamWrapper(in).readInt() == group.f0;
      }
    }
    return true;
  }

  private static void readTables(FSDataInputStream in, DataLayout layout, Consumer<SavedEntry> out)
      throws IOException {
    new DataInputViewStreamWrapper(in).readInt();
    DataInputView view = layout.unpack(in);
    for (int n = 0; n < layout.states().size(); n++) {
      layout.states().get(view.readShort()).decodeTable(view, out);
    }
  }

  private void readPairs(DataInputView view, DataLayout layout, Consumer<SavedEntry> out)
      throws IOException {
    int state = view.readUnsignedShort();
    while (state != FullSnapshotUtil.END_OF_KEY_GROUP_MARK) {
      byte[] key = BytePrimitiveArraySerializer.INSTANCE.deserialize(view);
      byte[] value = BytePrimitiveArraySerializer.INSTANCE.deserialize(view);
      boolean lastOfState = FullSnapshotUtil.hasMetaDataFollowsFlag(key);
      if (lastOfState) {
        FullSnapshotUtil.clearMetaDataFollowsFlag(key);
      }
      StateLayout of = layout.states().get(state);
      if (!of.isQueue()) {
        of.decodePair(key, value, prefix, out);
      }
      if (lastOfState) {
        state = view.readUnsignedShort();
      }
    }
  }
}

package dev.weir.savedstate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.adapter.FlinkKey;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.SnappyStreamCompressionDecorator;
import org.apache.flink.runtime.state.StreamCompressionDecorator;
import org.apache.flink.runtime.state.UncompressedStreamCompressionDecorator;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;

/** The header of a snapshot's keyed state: its states and their compression. */
record DataLayout(List<StateLayout> states, StreamCompressionDecorator compression) {

  /**
   * Reads the header that begins every form of keyed state.
   *
   * @param loader finds the classes of the serializers that the header names
   */
  static DataLayout read(InputStream in, ClassLoader loader) throws IOException {
    KeyedBackendSerializationProxy<FlinkKey> header = new KeyedBackendSerializationProxy<>(loader);
    header.read(new DataInputViewStreamWrapper(in));
    TypeSerializer<FlinkKey> keys = header.getKeySerializerSnapshot().restoreSerializer();
    List<StateLayout> states = new ArrayList<>();
    for (StateMetaInfoSnapshot meta : header.getStateMetaInfoSnapshots()) {
      states.add(new StateLayout(meta, keys));
    }
    return new DataLayout(
        states,
        header.isUsingKeyGroupCompression()
            ? SnappyStreamCompressionDecorator.INSTANCE
            : UncompressedStreamCompressionDecorator.INSTANCE);
  }

  /** Returns the rest of a key group, decompressed. */
  DataInputViewStreamWrapper unpack(InputStream in) throws IOException {
    return new DataInputViewStreamWrapper(
        compression.decorateWithCompression(new BufferedInputStream(in, 1 << 16)));
  }
}

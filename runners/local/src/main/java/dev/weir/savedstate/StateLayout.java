package dev.weir.savedstate;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.flink.adapter.FlinkKey;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.runtime.state.CompositeKeySerializationUtils;
import org.apache.flink.runtime.state.ListDelimitedSerializer;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.BackendStateType;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonOptionsKeys;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;

/**
 * The layout of one state in a snapshot. The snapshot contains the state's serializers with Beam's
 * coders, so the step itself is not needed.
 */
final class StateLayout {
  private final String name;
  private final boolean queue;
  private final StateDescriptor.Type type;
  private final TypeSerializer<FlinkKey> keys;
  private final TypeSerializer<?> namespaces;
  private final TypeSerializer<?> values;

  StateLayout(StateMetaInfoSnapshot meta, TypeSerializer<FlinkKey> keys) {
    this.name = meta.getName();
    this.queue = meta.getBackendStateType() == BackendStateType.PRIORITY_QUEUE;
    this.keys = keys;
    this.values = serializer(meta, CommonSerializerKeys.VALUE_SERIALIZER);
    this.namespaces = queue ? null : serializer(meta, CommonSerializerKeys.NAMESPACE_SERIALIZER);
    this.type =
        queue
            ? null
            : StateDescriptor.Type.valueOf(meta.getOption(CommonOptionsKeys.KEYED_STATE_TYPE));
  }

  private static TypeSerializer<?> serializer(
      StateMetaInfoSnapshot meta, CommonSerializerKeys which) {
    return meta.getTypeSerializerSnapshot(which).restoreSerializer();
  }

  String name() {
    return name;
  }

  /**
   * Returns whether this is Flink's timer queue; Beam also stores the same timers in a map state.
   */
  boolean isQueue() {
    return queue;
  }

  /**
   * Decodes a pair as stored by RocksDB and canonical savepoints; each entry of a map state is a
   * separate pair.
   *
   * @param prefix number of bytes of the key group before the key
   */
  void decodePair(byte[] key, byte[] value, int prefix, Consumer<SavedEntry> out)
      throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(key);
    in.skipBytesToRead(prefix);
    boolean ambiguous = CompositeKeySerializationUtils.isAmbiguousKeyPossible(keys, namespaces);
    byte[] stepKey = bytes(CompositeKeySerializationUtils.readKey(keys, in, ambiguous));
    StateNamespace namespace =
        window(CompositeKeySerializationUtils.readNamespace(namespaces, in, ambiguous));
    DataInputDeserializer data = new DataInputDeserializer(value);
    if (values instanceof MapSerializer<?, ?> map) {
      Object entry = map.getKeySerializer().deserialize(in);
      boolean isNull = data.readBoolean();
      Object held = isNull ? null : map.getValueSerializer().deserialize(data);
      out.accept(new SavedEntry(name, stepKey, namespace, entry, held));
    } else if (values instanceof ListSerializer<?> list && type == StateDescriptor.Type.LIST) {
      Object held =
          new ListDelimitedSerializer().deserializeList(value, list.getElementSerializer());
      out.accept(new SavedEntry(name, stepKey, namespace, null, held));
    } else {
      out.accept(new SavedEntry(name, stepKey, namespace, null, values.deserialize(data)));
    }
  }

  /** Decodes all entries of this state in a key group, as written by the heap backend. */
  void decodeTable(DataInputView in, Consumer<SavedEntry> out) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      if (queue) {
        values.deserialize(in);
        continue;
      }
      StateNamespace namespace = window(namespaces.deserialize(in));
      byte[] stepKey = bytes(keys.deserialize(in));
      Object value = values.deserialize(in);
      if (value instanceof Map<?, ?> map && type == StateDescriptor.Type.MAP) {
        map.forEach(
            (entry, held) -> out.accept(new SavedEntry(name, stepKey, namespace, entry, held)));
      } else {
        out.accept(new SavedEntry(name, stepKey, namespace, null, value));
      }
    }
  }

  private static StateNamespace window(Object namespace) {
    return namespace instanceof StateNamespace window ? window : null;
  }

  private static byte[] bytes(FlinkKey key) {
    return key.getSerializedKey().array();
  }
}

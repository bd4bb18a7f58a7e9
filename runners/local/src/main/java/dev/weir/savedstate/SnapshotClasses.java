package dev.weir.savedstate;

import java.util.Set;
import org.apache.beam.sdk.coders.Coder;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * The classes that a snapshot of Weir consists of: coders of Beam and Weir, serializers of Flink,
 * and the values in them. A snapshot names its classes; code of any other class must not run.
 */
final class SnapshotClasses {
  /**
   * Exactly these, because a package may also hold classes that do something when they are read.
   */
  private static final Set<String> VALUES =
      Set.of(
          "java.lang.Object",
          "java.lang.Boolean",
          "java.lang.Byte",
          "java.lang.Character",
          "java.lang.Double",
          "java.lang.Enum",
          "java.lang.Float",
          "java.lang.Integer",
          "java.lang.Long",
          "java.lang.Number",
          "java.lang.Short",
          "java.lang.String",
          "java.math.BigDecimal",
          "java.math.BigInteger",
          "java.time.Ser",
          "java.util.ArrayList",
          "java.util.Arrays$ArrayList",
          "java.util.CollSer",
          "java.util.Collections$EmptyList",
          "java.util.Collections$SingletonList",
          "java.util.Collections$UnmodifiableCollection",
          "java.util.Collections$UnmodifiableList",
          "java.util.Collections$UnmodifiableRandomAccessList",
          "java.util.ImmutableCollections$List12",
          "java.util.ImmutableCollections$ListN",
          "java.util.UUID",
          "org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.collect"
              + ".ImmutableList$SerializedForm",
          "org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.collect.ImmutableList",
          "dev.weir.encoding.RecordType",
          // The key of a step. Its serializer creates the class that it names: this one only.
          "org.apache.beam.runners.flink.adapter.FlinkKey",
          "org.apache.flink.api.java.typeutils.runtime.ValueSerializer",
          "org.apache.flink.api.java.typeutils.runtime.ValueSerializer$ValueSerializerSnapshot",
          "org.apache.flink.api.common.typeutils.TypeSerializer",
          "org.apache.flink.core.execution.SavepointFormatType",
          "org.apache.flink.runtime.checkpoint.CheckpointProperties",
          "org.apache.flink.runtime.checkpoint.CheckpointType",
          "org.apache.flink.runtime.checkpoint.SavepointType",
          "org.apache.flink.runtime.checkpoint.SavepointType$PostCheckpointAction",
          "org.apache.flink.runtime.checkpoint.SnapshotType",
          "org.apache.flink.runtime.checkpoint.SnapshotType$SharingFilesStrategy");

  /** Not all of Flink's serializers: some load or create whatever class the data names. */
  private static final Set<String> SERIALIZERS =
      Set.of(
          "org.apache.flink.api.common.typeutils.base",
          "org.apache.flink.api.common.typeutils.base.array",
          "org.apache.flink.runtime.state",
          "org.apache.flink.streaming.api.operators",
          "org.apache.beam.runners.flink.adapter",
          "org.apache.beam.runners.flink.translation.types",
          "org.apache.beam.runners.flink.translation.wrappers.streaming.state");

  private static final Set<String> SERIALIZERS_OF_ANYTHING =
      Set.of("EnumSerializer", "GenericArraySerializer");

  private SnapshotClasses() {}

  static boolean include(Class<?> type) {
    Class<?> plain = type;
    while (plain.isArray()) {
      plain = plain.getComponentType();
    }
    return plain.isPrimitive()
        || VALUES.contains(plain.getName())
        || (Coder.class.isAssignableFrom(plain) && isOfBeamOrWeir(plain.getName()))
        || ((TypeSerializer.class.isAssignableFrom(plain)
                || TypeSerializerSnapshot.class.isAssignableFrom(plain))
            && SERIALIZERS.contains(plain.getPackageName())
            && SERIALIZERS_OF_ANYTHING.stream().noneMatch(plain.getSimpleName()::startsWith));
  }

  private static boolean isOfBeamOrWeir(String name) {
    return name.startsWith("org.apache.beam.") || name.startsWith("dev.weir.");
  }
}

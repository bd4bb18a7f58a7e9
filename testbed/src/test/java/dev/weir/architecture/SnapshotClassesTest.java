package dev.weir.architecture;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.weir.cdc.CommitTime;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.encoding.AnyRecordCoder;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.kafka.ClientProperties;
import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.kafka.registry.TimeInWireFormat;
import dev.weir.loan.ApplicationCoder;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Flink's snapshots contain coders and the parts of sources, serialized by Java. They must not
 * contain classes that change: no class that Avro generates, whose version is the fingerprint of
 * its schema, and no class whose version the compiler computes.
 */
class SnapshotClassesTest {
  private static final List<Class<?>> IN_SNAPSHOTS =
      List.of(
          Coder.class,
          TimestampPolicyFactory.class,
          notPublic("dev.weir.encoding.RecordType"),
          notPublic("dev.weir.kafka.TopicSource"),
          CommitTime.class,
          KafkaCluster.class,
          ClientProperties.class,
          SchemaRegistry.class,
          TimeInWireFormat.class);

  private static final Set<Class<?>> LASTING =
      Set.of(String.class, List.class, TreeMap.class, Duration.class, SerializableFunction.class);

  /** A class that is not part of an interface. */
  private static Class<?> notPublic(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theClassesInSnapshotsAreFound() {
    assertThat(
        inSnapshots().stream().map(Class::getSimpleName).toList(),
        hasItems(
            SingleObjectCoder.class.getSimpleName(),
            AnyRecordCoder.class.getSimpleName(),
            RowChangeCoder.class.getSimpleName(),
            ApplicationCoder.class.getSimpleName(),
            "AmountsCoder",
            "BlockCoder",
            "FrontCoder",
            "RawRecordCoder",
            "PairCoder",
            "Times",
            "CommitTime",
            "SchemaRegistry",
            "TimeInWireFormat",
            "TopicSource"));
  }

  @Test
  void eachHasASerialVersionUid() {
    assertThat(
        inSnapshots().stream()
            .filter(
                type ->
                    Arrays.stream(type.getDeclaredFields())
                        .noneMatch(field -> field.getName().equals("serialVersionUID")))
            .toList(),
        is(empty()));
  }

  @Test
  void eachFieldHasATypeThatSnapshotsMayHold() {
    assertThat(
        inSnapshots().stream()
            .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
            .filter(field -> !lasts(field))
            .toList(),
        is(empty()));
  }

  private static boolean lasts(Field field) {
    Class<?> type = field.getType();
    return Modifier.isStatic(field.getModifiers())
        || Modifier.isTransient(field.getModifiers())
        || type.isPrimitive()
        || LASTING.contains(type)
        || IN_SNAPSHOTS.stream().anyMatch(kind -> kind.isAssignableFrom(type));
  }

  private static List<Class<?>> inSnapshots() {
    return new ClassFileImporter()
        .withImportOption(new DoNotIncludeTests()).importPackages("dev.weir").stream()
            .filter(
                type ->
                    type.isAssignableTo(Serializable.class)
                        && IN_SNAPSHOTS.stream().anyMatch(kind -> type.isAssignableTo(kind)))
            .<Class<?>>map(JavaClass::reflect)
            .toList();
  }
}

package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import dev.weir.cdc.CommitTime;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.kafka.SeekingConsumers;
import dev.weir.loan.ApplicationCoder;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Coders, and what sources are made of, are part of Flink's snapshots as Java serialises them. What
 * they are made of has to outlive changes: no class that Avro generates, which has its schema's
 * fingerprint for a version, and no class whose version the compiler makes up.
 */
class SnapshotClassesTest {
  private static final List<Class<?>> IN_SNAPSHOTS =
      List.of(
          Coder.class,
          TimestampPolicyFactory.class,
          RecordType.class,
          CommitTime.class,
          SeekingConsumers.class);

  private static final Set<Class<?>> LASTING =
      Set.of(String.class, List.class, Duration.class, SerializableFunction.class);

  @Test
  void eachIsFound() throws Exception {
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
            "SeekingConsumers"));
  }

  @Test
  void eachHasAVersionOfItsOwn() throws Exception {
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
  void eachIsMadeOfWhatLasts() throws Exception {
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

  private static List<Class<?>> inSnapshots() throws Exception {
    Path root =
        Path.of(
            SingleObjectCoder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        Class<?> type =
            Class.forName(
                name.substring(0, name.length() - ".class".length()),
                false,
                SingleObjectCoder.class.getClassLoader());
        if (Serializable.class.isAssignableFrom(type)
            && IN_SNAPSHOTS.stream().anyMatch(kind -> kind.isAssignableFrom(type))) {
          found.add(type);
        }
      }
    }
    return found;
  }
}

package dev.weir.files;

import dev.weir.encoding.PlainJson;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.extensions.avro.io.AvroIO;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Writes records into a folder, as a fixed number of shards of JSON Lines or Avro container files.
 * For bounded input: files appear when all input is written.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class WriteFolder<T extends SpecificRecordBase>
    extends PTransform<PCollection<T>, PDone> {
  private static final long serialVersionUID = 1L;

  /** Fixed, because choosing a number at run time takes minutes on the DirectRunner. */
  private static final int SHARDS = 2;

  private final String folder;
  private final Class<T> type;
  private final boolean avro;

  private WriteFolder(String folder, Class<T> type, boolean avro) {
    this.folder = folder;
    this.type = type;
    this.avro = avro;
  }

  /**
   * Writes JSON Lines.
   *
   * @param folder where the files go; created if it does not exist
   */
  public static <T extends SpecificRecordBase> WriteFolder<T> ofLines(
      String folder, Class<T> type) {
    return new WriteFolder<>(Objects.requireNonNull(folder), type, false);
  }

  /** Writes Avro container files; otherwise like {@link #ofLines}. */
  public static <T extends SpecificRecordBase> WriteFolder<T> ofContainers(
      String folder, Class<T> type) {
    return new WriteFolder<>(Objects.requireNonNull(folder), type, true);
  }

  @Override
  public PDone expand(PCollection<T> records) {
    if (avro) {
      PartNames names = new PartNames(folder, ".avro");
      return records.apply(
          "WriteContainers",
          AvroIO.write(type).to(names).withTempDirectory(names.folder()).withNumShards(SHARDS));
    }
    return records
        .apply(
            "RenderJson",
            MapElements.into(TypeDescriptors.strings())
                .via(record -> new String(PlainJson.write(record), StandardCharsets.UTF_8)))
        .apply("WriteLines", lines(folder));
  }

  public static TextIO.Write lines(String folder) {
    PartNames names = new PartNames(folder, ".jsonl");
    return TextIO.write().to(names).withTempDirectory(names.folder()).withNumShards(SHARDS);
  }
}

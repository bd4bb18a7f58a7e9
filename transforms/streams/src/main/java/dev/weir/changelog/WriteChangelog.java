package dev.weir.changelog;

import dev.weir.encoding.PlainJson;
import dev.weir.files.WriteFolder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Writes the current row per key into a folder, as shards of JSON Lines: each line is a row with
 * its {@code revision}, or the key of a deleted row with {@code "deleted":true}. The highest
 * revision of a key is its current state. For bounded input.
 *
 * @param <T> a row
 */
public final class WriteChangelog<T extends SpecificRecordBase>
    extends PTransform<PCollection<RowChange<T>>, PDone> {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final RowKey key;

  private WriteChangelog(String folder, RowKey key) {
    this.folder = folder;
    this.key = key;
  }

  /**
   * @param folder where the files go; created if it does not exist
   */
  public static <T extends SpecificRecordBase> WriteChangelog<T> to(String folder, RowKey key) {
    return new WriteChangelog<>(Objects.requireNonNull(folder), Objects.requireNonNull(key));
  }

  @Override
  public PDone expand(PCollection<RowChange<T>> changes) {
    return changes
        .apply("RenderChange", MapElements.into(TypeDescriptors.strings()).via(new Render<>(key)))
        .apply("WriteLines", WriteFolder.lines(folder));
  }

  private record Render<T extends SpecificRecordBase>(RowKey key)
      implements SerializableFunction<RowChange<T>, String> {
    @Override
    public String apply(RowChange<T> change) {
      Map<String, Object> more = new LinkedHashMap<>();
      more.put("revision", change.position().major());
      if (change.delete()) {
        more.put("deleted", true);
      }
      List<String> fields =
          change.delete() ? key.columns() : RowKey.published(change.row().getSchema());
      return new String(PlainJson.write(change.row(), fields, more), StandardCharsets.UTF_8);
    }
  }
}

package dev.weir.kafka.once;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowKey;
import dev.weir.encoding.PlainJson;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A changelog: the current row of each key, or a tombstone. Fields with the property {@code
 * "answered": true} in the schema come from a service, which may answer differently when it is
 * asked again: rows that differ in them only are the same output.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class ChangelogForm<T extends SpecificRecordBase>
    implements PublishedForm<RowChange<T>> {
  private static final long serialVersionUID = 1L;

  private static final String ANSWERED = "answered";

  private final Class<T> type;
  private final RowKey key;
  private final ValueFormat<T> values;
  private transient List<String> stated;

  private ChangelogForm(Class<T> type, RowKey key, ValueFormat<T> values) {
    this.type = type;
    this.key = key;
    this.values = values;
  }

  public static <T extends SpecificRecordBase> ChangelogForm<T> of(
      Class<T> type, RowKey key, ValueFormat<T> values) {
    return new ChangelogForm<>(
        Objects.requireNonNull(type), Objects.requireNonNull(key), Objects.requireNonNull(values));
  }

  @Override
  public String key(RowChange<T> change) {
    return key.of(change.row());
  }

  @Override
  public byte[] value(RowChange<T> change) {
    return change.delete() ? null : values.write(change.row());
  }

  @Override
  public Position revision(RowChange<T> change) {
    return change.position();
  }

  @Override
  public RowChange<T> at(RowChange<T> change, Position revision) {
    return new RowChange<>(change.row(), change.delete(), revision);
  }

  @Override
  public byte[] content(RowChange<T> change) {
    return change.delete()
        ? null
        : PlainJson.write(change.row(), stated(change.row().getSchema()), Map.of());
  }

  @Override
  public byte[] more(RowChange<T> change) {
    return change.delete() ? null : UnpublishedFields.write(change.row());
  }

  @Override
  public RowChange<T> read(String recordKey, byte[] value, byte[] more, RecordTag tag) {
    return value == null
        ? RowChange.delete(key.row(type, recordKey), tag.revision())
        : RowChange.upsert(values.read(value, more), tag.revision());
  }

  private List<String> stated(Schema schema) {
    if (stated == null) {
      stated =
          schema.getFields().stream()
              .filter(field -> field.getObjectProp(ANSWERED) == null)
              .map(Schema.Field::name)
              .toList();
    }
    return stated;
  }
}

package dev.weir.verify;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;

/** One snapshot of a table that a job writes. */
final class TableOutput<T extends SpecificRecordBase> implements OutputRecords {
  private final String table;
  private final RawRecords rows;
  private final OutputKind<T> kind;
  private final boolean contents;
  private final RecordJson<T> json;

  /**
   * @param contents whether the rows are rendered; otherwise only the keys of a changelog are read
   */
  TableOutput(String table, RawRecords rows, OutputKind<T> kind, boolean contents) {
    this.table = table;
    this.rows = rows;
    this.kind = kind;
    this.contents = contents || kind.changelogKey().isEmpty();
    this.json = RecordJson.of(kind.type());
  }

  @Override
  public String name() {
    return "table " + table;
  }

  @Override
  public Form form() {
    return Form.TABLE;
  }

  @Override
  public boolean isComplete() {
    return true;
  }

  @Override
  public void forEach(Consumer<Found> handler) {
    rows.forEach(
        new RawRecords.Handler() {
          @Override
          public void record(RawRecord record) {
            handler.accept(found(record));
          }

          @Override
          public void unreadable(Origin origin, UnreadableRecord why) {
            handler.accept(Found.unreadable(0, why.getMessage(), Optional.empty()));
          }
        });
  }

  private Found found(RawRecord record) {
    try {
      T row = json.read(record.bytes());
      String key = kind.changelogKey().map(columns -> columns.of(row)).orElse(null);
      return Found.ofTable(key, contents ? json.published(row) : null, row);
    } catch (UnreadableRecord e) {
      return Found.unreadable(0, e.getMessage(), Optional.empty());
    }
  }

  @Override
  public String describe(Found found) {
    return name();
  }

  @Override
  public Optional<Found> find(long position, Predicate<Found> wanted) {
    List<Found> found = new ArrayList<>();
    forEach(
        next -> {
          if (found.isEmpty() && wanted.test(next)) {
            found.add(next);
          }
        });
    return found.stream().findFirst();
  }

  @Override
  public void close() {}
}

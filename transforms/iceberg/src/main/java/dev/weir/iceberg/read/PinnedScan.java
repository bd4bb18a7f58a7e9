package dev.weir.iceberg.read;

import dev.weir.iceberg.read.LedgerScan.Range;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.table.OpenTable;
import dev.weir.progress.FilePart;
import dev.weir.progress.PartMeter;
import dev.weir.progress.ReadMeter;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.iceberg.CombinedScanTask;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A scan of one snapshot, with the table, columns and range already checked. Planning and reading
 * it again returns the same rows, regardless of later commits.
 */
final class PinnedScan implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MICROS_PER_SECOND = 1_000_000;
  private static final int NANOS_PER_MICRO = 1_000;
  private static final int ROWS_PER_REPORT = 1_000;
  private static final Instant FIRST = Instant.EPOCH.plus(Long.MIN_VALUE, ChronoUnit.MICROS);
  private static final Instant LAST = Instant.EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS);

  private final LedgerCatalog catalog;
  private final String name;
  private final Long snapshot;
  private final org.apache.iceberg.Schema all;
  private final ArrayList<NestedField> columns;
  private final Range range;
  private final String record;

  /** Receives the rows of a scan. */
  @FunctionalInterface
  interface RowReader {

    /**
     * @param file the location of the file that the row is in
     * @param position the row's position in the file, from 0
     * @param row a row that {@link #records} can convert
     */
    void row(String file, long position, StructLike row);
  }

  /**
   * @throws LedgerException if the table, the snapshot or a column is missing, or a column has a
   *     type that does not fit
   */
  PinnedScan(LedgerScan scan, Schema record) {
    this.catalog = scan.catalog();
    this.name = scan.table();
    this.range = scan.range();
    this.record = record.toString();
    try (OpenCatalog open = catalog.open()) {
      Table now = open.table(name);
      this.snapshot = OpenCatalog.orExplain(name, () -> snapshot(now, scan));
      boolean past = scan.snapshot() != null || scan.time() != null;
      this.all = past ? SnapshotUtil.schemaFor(now, snapshot) : now.schema();
      this.columns = OpenCatalog.orExplain(name, () -> columns(record));
    }
  }

  private static Long snapshot(Table table, LedgerScan scan) {
    if (scan.time() != null) {
      Instant time = scan.time();
      Long then = SnapshotUtil.nullableSnapshotIdAsOfTime(table, time.toEpochMilli());
      if (then == null || table.snapshot(then) == null) {
        throw new LedgerException(
            "table " + scan.table() + " has no snapshot that was current at " + time);
      }
      return then;
    }
    if (scan.snapshot() == null) {
      Snapshot current = table.currentSnapshot();
      return current == null ? null : current.snapshotId();
    }
    if (table.snapshot(scan.snapshot()) == null) {
      throw new LedgerException("table " + scan.table() + " has no snapshot " + scan.snapshot());
    }
    return scan.snapshot();
  }

  private ArrayList<NestedField> columns(Schema of) {
    ArrayList<NestedField> read = new ArrayList<>(ReadColumns.of(name, all, of));
    if (range != null) {
      NestedField time = all.asStruct().field(range.column());
      if (time == null) {
        throw new LedgerException("table " + name + " has no column " + range.column());
      }
      if (time.type().typeId() != Type.TypeID.TIMESTAMP) {
        throw new LedgerException(
            "table "
                + name
                + ", column "
                + range.column()
                + " is "
                + time.type()
                + ", not a timestamp");
      }
      if (!read.contains(time)) {
        read.add(time);
      }
    }
    return read;
  }

  private Expression filter() {
    return range == null
        ? Expressions.alwaysTrue()
        : Expressions.and(
            Expressions.greaterThanOrEqual(range.column(), microsNotBefore(range.from())),
            Expressions.lessThan(range.column(), microsNotBefore(range.to())));
  }

  private static long microsNotBefore(Instant time) {
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      return time.isBefore(FIRST) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    long nanos = time.getNano() + NANOS_PER_MICRO - 1;
    return time.getEpochSecond() * MICROS_PER_SECOND + nanos / NANOS_PER_MICRO;
  }

  String name() {
    return name;
  }

  Schema record() {
    return new Schema.Parser().parse(record);
  }

  /** Returns the converter from the rows of {@link #read} to records. */
  RowRecords records() {
    return RowRecords.of(Types.StructType.of(columns), record());
  }

  /** Splits the scan into tasks of about the same size. */
  void plan(Consumer<CombinedScanTask> tasks) {
    if (snapshot == null) {
      return;
    }
    try (OpenCatalog open = catalog.open()) {
      Table now = open.table(name);
      if (now.snapshot(snapshot) == null) {
        throw new LedgerException(
            "table " + name + ": snapshot " + snapshot + " has expired since this job was started");
      }
      TableScan scan =
          now.newScan()
              .useSnapshot(snapshot)
              .project(new org.apache.iceberg.Schema(columns))
              .filter(filter());
      ScanTasks.plan(scan, now.specs(), tasks);
    }
  }

  /** The table with access to its files, for {@link #read}; the caller must close it. */
  OpenTable open() {
    return OpenTable.of(catalog, name);
  }

  /** The parts of data files that a task reads, as {@link #read} reports them. */
  static List<FilePart> parts(CombinedScanTask task) {
    return task.files().stream()
        .map(file -> new FilePart(file.file().location(), file.start(), file.length()))
        .toList();
  }

  /** A reader of rows does not know where in the file it is; rows are taken to be equally long. */
  private static long estimatedBytes(FileScanTask file, long rows) {
    double share = (double) rows / Math.max(1, file.estimatedRowsCount());
    return (long) (file.length() * Math.min(1, share));
  }

  /** Reads the rows of one task. */
  void read(OpenTable open, CombinedScanTask task, RowReader reader) {
    read(open, task, ReadMeter.unwatched(), reader);
  }

  /** Reads the rows of one task, and reports what is read. */
  void read(OpenTable open, CombinedScanTask task, ReadMeter meter, RowReader reader) {
    Table table = open.table();
    LiveRows live = new LiveRows(table.io(), table.specs(), all, columns, task.files());
    for (FileScanTask file : task.files()) {
      String location = file.file().location();
      PartMeter progress = meter.begin(location, file.start());
      try (CloseableIterable<StructLike> rows = live.of(file)) {
        long read = 0;
        for (StructLike row : rows) {
          reader.row(location, live.position(row), row);
          progress.record();
          if (++read % ROWS_PER_REPORT == 0) {
            progress.reached(estimatedBytes(file, read));
          }
        }
        progress.complete();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

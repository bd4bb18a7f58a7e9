package dev.weir.card;

import dev.weir.cdc.ChangeSource;
import dev.weir.cdc.Operation;
import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.ParseRecords;
import dev.weir.deadletter.ParseRecords.Parser;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;

/**
 * Parses change events of one table. An event that is unreadable or breaks its contract becomes a
 * dead letter, a tombstone is dropped, and any other exception fails the bundle. If the key and the
 * position of a dead letter can be read, a change without its row is emitted as well, so that the
 * row is reported as stale. A time that a table cannot hold and no rule needs is dropped from its
 * row and counted as {@code times_dropped}. A null currency is replaced by the table's default and
 * counted as {@code currencies_defaulted}.
 */
public final class ParseCardChanges<T>
    extends PTransform<PCollection<RawRecord>, Result<PCollection<T>, DeadLetter>> {
  private static final long serialVersionUID = 1L;
  private static final Counter TIMES_DROPPED = Metrics.counter("weir", "times_dropped");
  private static final Counter CURRENCIES_DEFAULTED =
      Metrics.counter("weir", "currencies_defaulted");
  private static final Counter TOMBSTONES = Metrics.counter("weir", "tombstones");
  private static final Map<Operation, Counter> CHANGES = new EnumMap<>(Operation.class);

  static {
    CHANGES.put(Operation.c, Metrics.counter("weir", "changes_created"));
    CHANGES.put(Operation.r, Metrics.counter("weir", "changes_read"));
    CHANGES.put(Operation.u, Metrics.counter("weir", "changes_updated"));
    CHANGES.put(Operation.d, Metrics.counter("weir", "changes_deleted"));
  }

  private final ParseRecords<T> parse;

  private ParseCardChanges(ParseRecords<T> parse) {
    this.parse = parse;
  }

  public static ParseCardChanges<CustomerChange> ofCustomers() {
    return new ParseCardChanges<>(
        ParseRecords.at("parse-customers")
            .with(
                () ->
                    parser(
                        raw -> counted(CustomerReader.read(raw, TIMES_DROPPED::inc)),
                        CustomerReader::standIn),
                SingleObjectCoder.of(CustomerChange.class)));
  }

  public static ParseCardChanges<TransactionChange> ofTransactions() {
    return new ParseCardChanges<>(
        ParseRecords.at("parse-transactions")
            .with(
                () ->
                    parser(
                        raw -> counted(TransactionReader.read(raw, CURRENCIES_DEFAULTED::inc)),
                        TransactionReader::standIn),
                SingleObjectCoder.of(TransactionChange.class)));
  }

  private static <T> Parser<T> parser(
      Parser<T> read, BiFunction<RawRecord, UnreadableRecord, T> standIn) {
    return new Parser<>() {
      @Override
      public T parse(RawRecord record) throws UnreadableRecord {
        return read.parse(record);
      }

      @Override
      public T standIn(RawRecord record, UnreadableRecord why) {
        return standIn.apply(record, why);
      }
    };
  }

  private static CustomerChange counted(CustomerChange change) {
    count(change == null ? null : change.getSource());
    return change;
  }

  private static TransactionChange counted(TransactionChange change) {
    count(change == null ? null : change.getSource());
    return change;
  }

  private static void count(ChangeSource source) {
    if (source == null) {
      TOMBSTONES.inc();
    } else {
      CHANGES.get(source.getOperation()).inc();
    }
  }

  @Override
  public Result<PCollection<T>, DeadLetter> expand(PCollection<RawRecord> records) {
    return records.apply("Parse", parse);
  }
}

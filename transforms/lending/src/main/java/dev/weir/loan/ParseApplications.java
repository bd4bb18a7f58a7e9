package dev.weir.loan;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.ParseRecords;
import dev.weir.record.RawRecord;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;

/**
 * Parses loan applications. An application that is unreadable or breaks its contract becomes a dead
 * letter; any other exception fails the bundle. An application whose amount is rounded to cents is
 * counted as {@code amounts_rounded}. Amounts in Avro, which are doubles, are always rounded.
 */
public final class ParseApplications
    extends PTransform<PCollection<RawRecord>, Result<PCollection<Application>, DeadLetter>> {
  private static final long serialVersionUID = 1L;
  private static final Counter ROUNDED = Metrics.counter("weir", "amounts_rounded");

  private final boolean roundJson;

  private ParseApplications(boolean roundJson) {
    this.roundJson = roundJson;
  }

  public static ParseApplications create() {
    return new ParseApplications(false);
  }

  /**
   * @param rounded whether amounts in JSON are rounded as well; otherwise an amount with more than
   *     two decimals becomes a dead letter
   */
  public ParseApplications withJsonAmountsRounded(boolean rounded) {
    return new ParseApplications(rounded);
  }

  @Override
  public Result<PCollection<Application>, DeadLetter> expand(PCollection<RawRecord> records) {
    boolean round = roundJson;
    return records.apply(
        "Parse",
        ParseRecords.at("parse-applications")
            .with(() -> new ApplicationReader(round, ROUNDED::inc)::read, ApplicationCoder.of()));
  }
}

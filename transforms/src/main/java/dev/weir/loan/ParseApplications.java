package dev.weir.loan;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.ParseRecords;
import dev.weir.intake.RawRecord;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads loan applications; one that is unreadable or breaks its contract becomes a dead letter, any
 * other exception fails the bundle.
 */
public final class ParseApplications
    extends PTransform<PCollection<RawRecord>, Result<PCollection<Application>, DeadLetter>> {
  private static final long serialVersionUID = 1L;

  private ParseApplications() {}

  public static ParseApplications create() {
    return new ParseApplications();
  }

  @Override
  public Result<PCollection<Application>, DeadLetter> expand(PCollection<RawRecord> records) {
    return records.apply(
        "Parse",
        ParseRecords.at("parse-applications")
            .with(() -> new ApplicationReader()::read, ApplicationCoder.of()));
  }
}

package dev.weir.money;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.ParseRecords;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.record.RawRecord;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;

/**
 * Parses the events of one stream. An event that is unreadable or breaks its contract becomes a
 * dead letter, an event of a type that is neither enriched nor used here is counted as {@code
 * events_ignored}, and any other exception fails the bundle.
 */
public final class ParseMoneyEvents
    extends PTransform<PCollection<RawRecord>, Result<PCollection<StoredEvent>, DeadLetter>> {
  private static final long serialVersionUID = 1L;
  private static final Counter IGNORED = Metrics.counter("weir", "events_ignored");

  private final String stage;
  private final ParseRecords.ParserFactory<StoredEvent> parser;

  private ParseMoneyEvents(String stage, ParseRecords.ParserFactory<StoredEvent> parser) {
    this.stage = stage;
    this.parser = parser;
  }

  /** Parses payments and transactions. */
  public static ParseMoneyEvents ofWallet() {
    return new ParseMoneyEvents("parse-wallet", () -> raw -> counted(EventReader.wallet(raw)));
  }

  /** Parses changes of address and birth date. */
  public static ParseMoneyEvents ofUsers() {
    return new ParseMoneyEvents("parse-users", () -> raw -> counted(EventReader.users(raw)));
  }

  /** Parses session creations. */
  public static ParseMoneyEvents ofSessions() {
    return new ParseMoneyEvents("parse-sessions", () -> raw -> counted(EventReader.sessions(raw)));
  }

  private static StoredEvent counted(StoredEvent event) {
    if (event == null) {
      IGNORED.inc();
    }
    return event;
  }

  @Override
  public Result<PCollection<StoredEvent>, DeadLetter> expand(PCollection<RawRecord> records) {
    return records.apply(
        "Parse", ParseRecords.at(stage).with(parser, SingleObjectCoder.of(StoredEvent.class)));
  }
}

package dev.weir.moneyenrichment;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.money.EnrichFromStreams;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.ParseMoneyEvents;
import dev.weir.money.StoredEvent;
import dev.weir.record.RawRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.joda.time.Duration;

/**
 * The three streams and how they are joined. A live job and one that fills its state from history
 * share this part, and with it the step names that savepoints depend on.
 */
record MoneyStreams(
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> wallet,
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> users,
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> sessions,
    Duration sessionWait,
    int shards) {

  /**
   * @param rejected receives the records that cannot be read
   * @return movements; those with a session id but no session still need the session service
   */
  PCollection<EnrichedMoney> enrich(Pipeline pipeline, DeadLetters rejected) {
    PCollection<StoredEvent> movements =
        pipeline
            .apply("ReadWallet", wallet)
            .failuresTo(rejected.list())
            .apply("ParseWallet", ParseMoneyEvents.ofWallet())
            .failuresTo(rejected.list());
    PCollection<StoredEvent> changes =
        pipeline
            .apply("ReadUsers", users)
            .failuresTo(rejected.list())
            .apply("ParseUsers", ParseMoneyEvents.ofUsers())
            .failuresTo(rejected.list());
    PCollection<StoredEvent> creations =
        pipeline
            .apply("ReadSessions", sessions)
            .failuresTo(rejected.list())
            .apply("ParseSessions", ParseMoneyEvents.ofSessions())
            .failuresTo(rejected.list());

    return PCollectionList.of(movements)
        .and(changes)
        .and(creations)
        .apply("EnrichFromStreams", EnrichFromStreams.waiting(sessionWait, shards));
  }
}

package dev.weir.money;

import dev.weir.dedup.KeptTimes;
import dev.weir.encoding.AnyRecordCoder;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.ordering.ProcessInOrder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.joda.time.Duration;

/**
 * Enriches money movements with the user and session data from the streams, each movement once and
 * in the order of event time; see {@link MoneyRules}. A movement that is emitted with a session id
 * and without a session did not get its session from a stream.
 */
public final class EnrichFromStreams
    extends PTransform<PCollectionList<StoredEvent>, PCollection<EnrichedMoney>> {
  private static final long serialVersionUID = 1L;

  private final Duration sessionWait;
  private final int shards;

  private EnrichFromStreams(Duration sessionWait, int shards) {
    this.sessionWait = sessionWait;
    this.shards = shards;
  }

  /**
   * @param sessionWait how long after a movement its session may start
   * @param shards the number of shards for the users
   */
  public static EnrichFromStreams waiting(Duration sessionWait, int shards) {
    if (sessionWait.getMillis() <= 0) {
      throw new IllegalArgumentException("the wait must be above 0, not " + sessionWait);
    }
    return new EnrichFromStreams(sessionWait, shards);
  }

  @Override
  public PCollection<EnrichedMoney> expand(PCollectionList<StoredEvent> streams) {
    return streams.apply(
        "InOrder",
        ProcessInOrder.by(
            new MoneyRules(sessionWait),
            memory(),
            SingleObjectCoder.of(EnrichedMoney.class),
            shards));
  }

  /** Returns the coder of the records that the rules remember. */
  static AnyRecordCoder memory() {
    return AnyRecordCoder.of(
        UserInfo.class,
        SessionInfo.class,
        WaitingMoney.class,
        KeptTimes.class,
        KnownMoneyType.class);
  }
}

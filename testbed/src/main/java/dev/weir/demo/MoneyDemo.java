package dev.weir.demo;

import dev.weir.demo.DemoState.Latency;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.embedded.TopicReader;
import dev.weir.generate.Generator;
import dev.weir.generate.MoneyActivity;
import dev.weir.generate.MoneyCounts;
import dev.weir.generate.MoneyRecord;
import dev.weir.generate.MoneyStream;
import dev.weir.httpservice.ServiceStats;
import dev.weir.kafka.KafkaCluster;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.LogFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Runs a job that enriches the payments of users and shows its progress on the screen. */
final class MoneyDemo {
  static final String WALLET = "wallet";
  static final String USERS = "wallet_users";
  static final String SESSIONS = "wallet_sessions";
  static final String ENRICHED = "enriched_money";
  static final String DEAD_LETTERS = "money_dead_letters";

  private static final int PARTITIONS = 4;
  private static final Map<MoneyStream, String> TOPICS = new EnumMap<>(MoneyStream.class);

  static {
    TOPICS.put(MoneyStream.WALLET, WALLET);
    TOPICS.put(MoneyStream.USERS, USERS);
    TOPICS.put(MoneyStream.SESSIONS, SESSIONS);
  }

  private final EmbeddedKafka kafka;
  private final EmbeddedFlink flink;
  private final Supplier<ServiceStats> sessionService;
  private final Screen screen;
  private final CountDownLatch stop;
  private final MoneyTally tally = new MoneyTally();
  private final Histogram enrichmentMillis = new Histogram(3);
  private long start;
  private MoneyDemoState last;

  /**
   * @param stop a latch that is counted down to stop the demo
   */
  MoneyDemo(
      EmbeddedKafka kafka,
      EmbeddedFlink flink,
      Supplier<ServiceStats> sessionService,
      Screen screen,
      CountDownLatch stop) {
    this.kafka = kafka;
    this.flink = flink;
    this.sessionService = sessionService;
    this.screen = screen;
    this.stop = stop;
  }

  /**
   * Runs until {@code stop}, or until the requested number of records has arrived.
   *
   * @param submit starts the job on this demo's topics, which exist by then
   * @param activity called when the first record is due
   * @param events number of records of the three streams together, 0 for no end
   * @return the last state; it adds up unless something was lost
   */
  MoneyDemoState run(Supplier<PipelineResult> submit, Supplier<MoneyActivity> activity, long events)
      throws InterruptedException, IOException {
    for (String topic : List.of(WALLET, USERS, SESSIONS, ENRICHED, DEAD_LETTERS)) {
      kafka.createTopic(topic, PARTITIONS);
    }
    PipelineResult job = submit.get();
    flink.awaitRunning();
    String brokers = kafka.bootstrapServers();
    MoneyActivity made = activity.get();
    start = System.nanoTime();
    try (TopicReader reader =
            TopicReader.start(brokers, List.of(ENRICHED, DEAD_LETTERS), this::count);
        Generator<MoneyRecord, MoneyCounts> generator =
            Generator.toKafka(KafkaCluster.at(brokers), TOPICS, made, events, made.rate())) {
      return new DemoRun<>(job, () -> state(generator, reader), screen)
          .run(generator, generator::stop, stop);
    }
  }

  private void count(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.topic().equals(ENRICHED)) {
      tally.addEnriched(record.value(), Instant.now());
    } else {
      tally.addDeadLetter(record.value(), WALLET);
    }
  }

  private MoneyDemoState state(Generator<?, MoneyCounts> generator, TopicReader reader) {
    reader.check();
    enrichmentMillis.reset();
    enrichmentMillis.add(tally.latency());
    Duration running = Duration.ofNanos(System.nanoTime() - start);
    // Results before the events themselves: events that arrive in between count as waiting.
    MoneyDemoState.Origins from =
        MoneyDemoState.Origins.of(flink.counted("sessions_from_stream"), tally);
    long enriched =
        from.stream() + from.service() + from.unknown() + from.unavailable() + from.none();
    long firsts = tally.firsts();
    long ofKnownUsers = tally.ofKnownUsers();
    long deadLetters = tally.deadLetters();
    long walletDeadLetters = tally.walletDeadLetters();
    long duplicates = flink.counted("duplicates");
    ServiceStats service = sessionService.get();
    MoneyCounts sent = generator.sent();
    long wallet = sent.of(MoneyStream.WALLET);
    double seconds = (last == null ? running : running.minus(last.running())).toNanos() / 1e9;
    last =
        new MoneyDemoState(
            running,
            wallet,
            sent.of(MoneyStream.USERS),
            sent.of(MoneyStream.SESSIONS),
            (wallet - (last == null ? 0 : last.wallet())) / seconds,
            enriched,
            (enriched - (last == null ? 0 : last.enriched())) / seconds,
            firsts,
            ofKnownUsers,
            from,
            duplicates,
            flink.counted("events_late"),
            flink.counted("events_ignored"),
            deadLetters,
            walletDeadLetters,
            service.inFlight(),
            new Latency(service.latencyP50().toMillis(), service.latencyP99().toMillis()),
            Latency.of(enrichmentMillis),
            LogFile.path());
    return last;
  }
}

package dev.weir.benchmarks;

import dev.weir.benchmarks.Report.Sample;
import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.Applications;
import dev.weir.generate.Generator;
import dev.weir.httpservice.Behaviour;
import dev.weir.kafka.KafkaCluster;
import dev.weir.local.EmbeddedFlink;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Compares the whole job from Kafka to Kafka, with a bureau that answers at once. */
final class WholeJobs {
  private static final int RECORDS = 1_000_000;
  private static final int PARTITIONS = 4;
  private static final int WARM_UP_SECONDS = 15;
  private static final int LATENCY_SECONDS = 30;

  private final EmbeddedFlink flink;
  private final Path folder;
  private final int rounds;
  private int runs;

  WholeJobs(EmbeddedFlink flink, Path folder, int rounds) {
    this.flink = flink;
    this.folder = folder;
    this.rounds = rounds;
  }

  /** Starts a job that reads a topic and writes to another one. */
  @FunctionalInterface
  private interface Start {
    Running start(WholeJob job, String applications, String decisions) throws Exception;
  }

  private static Start weir(String delivery) {
    return (job, from, to) -> job.weir(from, to, to + "-dead", delivery);
  }

  private static Start nativeFlink() {
    return (job, from, to) -> job.nativeFlink(from, to, to + "-dead");
  }

  void compare(boolean throughput, boolean latency) throws Exception {
    Behaviour instant = BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        BureauMock bureau = BureauMock.start(instant, 0)) {
      WholeJob job = new WholeJob(flink, kafka.bootstrapServers(), bureau.uri());
      System.out.println();
      Report.header("whole job, Kafka to Kafka, bureau at 0 ms");
      if (throughput) {
        throughput(kafka, job);
      }
      if (latency) {
        for (int rate : new int[] {10, 1_000}) {
          Sample byHand = latency(kafka, job, nativeFlink(), rate);
          for (String delivery : List.of("at-least-once", "exactly-once")) {
            Sample ours = latency(kafka, job, weir(delivery), rate);
            Report.row(
                "latency at " + rate + " per second, p50 / p99, ms, " + delivery,
                ours.p50() + " / " + ours.p99(),
                byHand.p50() + " / " + byHand.p99(),
                "");
          }
        }
      }
    }
  }

  private void throughput(EmbeddedKafka kafka, WholeJob job) throws Exception {
    kafka.createTopic("applications", PARTITIONS);
    Generator.toKafka(
            KafkaCluster.at(kafka.bootstrapServers()),
            "applications",
            Applications.seeded(1, Instant.parse("2026-01-05T12:00:00Z"))
                .withRate(100_000)
                .withDuplicates(0.02)
                .withMalformed(0.01),
            RECORDS)
        .run();
    List<Sample> weir = new ArrayList<>();
    List<Sample> byHand = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      boolean weirFirst = round % 2 == 0;
      Sample first = drain(kafka, job, weirFirst ? weir("at-least-once") : nativeFlink());
      Sample second = drain(kafka, job, weirFirst ? nativeFlink() : weir("at-least-once"));
      // The first round is only a warm-up.
      if (round > 0) {
        weir.add(weirFirst ? first : second);
        byHand.add(weirFirst ? second : first);
      }
    }
    Report.throughput("throughput, applications per second", weir, byHand);
    Report.heap(weir, byHand);
  }

  /** Runs a job over the whole topic; the clock starts after the first tenth of the output. */
  private Sample drain(EmbeddedKafka kafka, WholeJob job, Start start) throws Exception {
    String output = output(kafka);
    HeapPeak.reset();
    Running running = start.start(job, "applications", output);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(output, p)).toList();
      // 3% are duplicates or dead letters; the exact end is where the output stops growing.
      long expected = RECORDS * 96L / 100;
      long early = written(consumer, partitions);
      long earlyAt = System.nanoTime();
      while (early < expected / 10) {
        TimeUnit.MILLISECONDS.sleep(20);
        early = written(consumer, partitions);
        earlyAt = System.nanoTime();
      }
      long late = early;
      long lateAt = earlyAt;
      while (late < expected) {
        TimeUnit.MILLISECONDS.sleep(20);
        late = written(consumer, partitions);
        lateAt = System.nanoTime();
      }
      return new Sample((late - early) / ((lateAt - earlyAt) / 1e9), 0, 0, HeapPeak.mebibytes());
    } finally {
      running.stop();
    }
  }

  private Sample latency(EmbeddedKafka kafka, WholeJob job, Start start, int perSecond)
      throws Exception {
    String output = output(kafka);
    String input = output + "-applications";
    kafka.createTopic(input, PARTITIONS);
    Running running = start.start(job, input, output);
    try {
      flink.awaitRunning();
      Histogram millis =
          new JobLatency(kafka.bootstrapServers(), input, output, PARTITIONS)
              .measure(perSecond, WARM_UP_SECONDS, LATENCY_SECONDS);
      return new Sample(
          perSecond, millis.getValueAtPercentile(50), millis.getValueAtPercentile(99), 0);
    } finally {
      running.stop();
    }
  }

  /** Creates topics for decisions and dead letters, and returns the name of the former. */
  private String output(EmbeddedKafka kafka) {
    String output = "decisions" + runs++;
    kafka.createTopic(output, PARTITIONS);
    kafka.createTopic(output + "-dead", PARTITIONS);
    return output;
  }

  private static long written(KafkaConsumer<?, ?> consumer, List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }
}

package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class MoneyGeneratorTest {
  private static final Map<MoneyStream, String> TOPICS =
      Map.of(
          MoneyStream.WALLET, "wallet",
          MoneyStream.USERS, "users",
          MoneyStream.SESSIONS, "sessions");

  private final MoneyActivity activity =
      MoneyActivity.seeded(7, Instant.parse("2026-01-31T12:00:00Z"), id -> Optional.of("UY"))
          .withDuplicates(0.1)
          .withMalformed(0.1);

  @Test
  void everyRecordIsSentOnceInOrderAndToItsTopic() {
    MockProducer<byte[], byte[]> producer = producer(true);
    Generator<MoneyRecord, MoneyCounts> generator = generator(producer, 1000);
    generator.run();

    List<ProducerRecord<byte[], byte[]>> sent = producer.history();
    assertThat(sent.size(), is(1000));
    Iterator<MoneyRecord> expected = activity.iterator();
    MoneyCounts.Tally counts = new MoneyCounts.Tally();
    for (ProducerRecord<byte[], byte[]> record : sent) {
      MoneyRecord made = expected.next();
      assertThat(record.topic(), is(TOPICS.get(made.stream())));
      assertThat(new String(record.key(), UTF_8), is(made.userId()));
      assertThat(record.value(), is(made.value()));
      assertThat("stamped by the producer", record.timestamp(), nullValue());
      counts.add(made);
    }
    assertThat(producer.closed(), is(true));
    assertThat(generator.sent(), is(counts.counts()));
    assertThat(generator.sent().total(), is(1000L));
  }

  @Test
  void closingEndsAnEndlessRun() {
    MockProducer<byte[], byte[]> producer = producer(true);
    Generator<MoneyRecord, MoneyCounts> generator = generator(producer, 0);
    CompletableFuture<Void> running = CompletableFuture.runAsync(generator);
    while (generator.sent().total() < 100) {
      Thread.onSpinWait();
    }
    generator.close();

    running.join();
    assertThat(generator.sent().total(), is((long) producer.history().size()));
  }

  @Test
  void aRecordThatCannotBeWrittenEndsTheRun() {
    MockProducer<byte[], byte[]> failing = producer(false);
    CompletableFuture<Void> running = CompletableFuture.runAsync(generator(failing, 0));
    while (!failing.errorNext(new TimeoutException("nobody there"))) {
      Thread.onSpinWait();
    }

    Throwable failure = assertThrows(CompletionException.class, running::join).getCause();
    assertThat(failure.getMessage(), is("cannot write to topics: nobody there"));
  }

  private Generator<MoneyRecord, MoneyCounts> generator(
      MockProducer<byte[], byte[]> sink, long events) {
    return Generator.of(
        () -> sink, "topics", TOPICS, activity, events, Pace.of(Double.POSITIVE_INFINITY));
  }

  private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
    return new MockProducer<>(
        acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
  }
}

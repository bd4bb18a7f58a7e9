package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.generate.MadeUpRecord.Kind;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class GeneratorTest {
  private final Applications applications =
      Applications.seeded(7, Instant.parse("2026-01-31T12:00:00Z"))
          .withRate(1e9)
          .withDuplicates(0.1)
          .withMalformed(0.1);
  private final MockProducer<byte[], byte[]> producer = producer(true);

  @Test
  void everyRecordIsSentOnceAndInOrder() {
    generator(producer, 1000).run();

    List<ProducerRecord<byte[], byte[]>> sent = producer.history();
    assertThat(sent.size(), is(1000));
    Iterator<MadeUpRecord> expected = applications.iterator();
    for (ProducerRecord<byte[], byte[]> record : sent) {
      MadeUpRecord made = expected.next();
      assertThat(record.topic(), is("loan_applications"));
      assertThat(new String(record.key(), UTF_8), is(made.requestId()));
      assertThat(record.value(), is(made.value()));
      assertThat(record.timestamp(), is(made.ts().toEpochMilli()));
    }
    assertThat(producer.closed(), is(true));
  }

  @Test
  void itCountsWhatItSentByKind() {
    Generator<MadeUpRecord, Counts> generator = generator(producer, 1000);
    generator.run();

    long[] expected = new long[Kind.values().length];
    Iterator<MadeUpRecord> records = applications.iterator();
    for (int i = 0; i < 1000; i++) {
      expected[records.next().kind().ordinal()]++;
    }
    assertThat(generator.sent(), is(new Counts(expected[0], expected[1], expected[2])));
    assertThat(generator.sent().total(), is(1000L));
  }

  @Test
  void unacknowledgedRecordsAreNotCounted() {
    MockProducer<byte[], byte[]> silent = producer(false);
    Generator<MadeUpRecord, Counts> generator = generator(silent, 0);
    CompletableFuture<Void> running = CompletableFuture.runAsync(generator);
    while (silent.history().size() < 10) {
      Thread.onSpinWait();
    }
    assertThat(generator.sent().total(), is(0L));

    assertThat(silent.completeNext(), is(true));
    assertThat(generator.sent().total(), is(1L));
    generator.close();
    running.join();
  }

  @Test
  void closingEndsAnEndlessRun() {
    Generator<MadeUpRecord, Counts> generator = generator(producer, 0);
    CompletableFuture<Void> running = CompletableFuture.runAsync(generator);
    while (generator.sent().total() < 100) {
      Thread.onSpinWait();
    }
    generator.close();

    running.join();
    assertThat(generator.sent().total(), is((long) producer.history().size()));
  }

  @Test
  void closingEndsALongWait() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    Generator<MadeUpRecord, Counts> generator =
        Generator.of(
            () -> producer,
            "a topic",
            "loan_applications",
            applications,
            0,
            new Pace(
                0.001,
                System::nanoTime,
                nanos -> {
                  waiting.countDown();
                  LockSupport.parkNanos(nanos);
                }));
    CompletableFuture<Void> running = CompletableFuture.runAsync(generator);
    waiting.await();
    generator.close();

    running.get(5, TimeUnit.MINUTES);
    assertThat(generator.sent().total(), is(1L));
  }

  @Test
  void anInterruptionEndsTheRunAndIsKept() {
    Generator<MadeUpRecord, Counts> generator = generator(producer, 0);
    Thread.currentThread().interrupt();
    generator.run();

    assertThat(Thread.interrupted(), is(true));
    assertThat(producer.closed(), is(true));
  }

  @Test
  void aRecordThatCannotBeWrittenEndsTheRun() {
    MockProducer<byte[], byte[]> failing = producer(false);
    Generator<MadeUpRecord, Counts> generator = generator(failing, 0);
    CompletableFuture<Void> running = CompletableFuture.runAsync(generator);
    while (!failing.errorNext(new TimeoutException("nobody there"))) {
      Thread.onSpinWait();
    }

    Throwable failure = assertThrows(CompletionException.class, running::join).getCause();
    assertThat(failure.getMessage(), is("cannot write to a topic: nobody there"));
  }

  @Test
  void itRunsOnce() {
    Generator<MadeUpRecord, Counts> generator = generator(producer, 1);
    generator.run();

    assertThat(
        assertThrows(IllegalStateException.class, generator::run).getMessage(),
        containsString("once"));
  }

  @Test
  void closingOneThatNeverRanReturnsAtOnce() {
    generator(producer, 1).close();

    assertThat(producer.history().size(), is(0));
  }

  private Generator<MadeUpRecord, Counts> generator(
      MockProducer<byte[], byte[]> sink, long events) {
    return Generator.of(
        () -> sink,
        "a topic",
        "loan_applications",
        applications,
        events,
        Pace.of(applications.rate()));
  }

  private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
    return new MockProducer<>(
        acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
  }
}

package dev.weir.service;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.weir.service.Answer.Missing;
import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client with patience, and a service that fails for some time. */
class ServiceClientOutageTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withBatch(1)
          .withInFlight(4)
          .withTimeout(Duration.ofSeconds(20))
          .withAttempts(3)
          .withLinger(Duration.ZERO)
          .withBackoff(Duration.ofMillis(1), Duration.ofMillis(5))
          .withBreakerPause(Duration.ofMillis(2))
          .withPatience(HOUR);

  private final ManualClock clock = new ManualClock();
  private final AtomicReference<Supplier<IOException>> fault = new AtomicReference<>();
  private FakeService service =
      FakeService.doing(
          questions -> {
            Supplier<IOException> now = fault.get();
            if (now != null) {
              throw now.get();
            }
            return FakeService.rightAnswers(questions);
          });
  private ServiceClient<String, Integer> client;

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  static Stream<Supplier<IOException>> faults() {
    return Stream.of(
        () -> ServiceFault.of(Kind.TRANSIENT, "status 503"),
        () -> ServiceFault.throttled(Duration.ZERO),
        () -> ServiceFault.throttled(Duration.ofMillis(3)),
        () -> new ConnectException("refused"),
        SocketTimeoutException::new);
  }

  // shorter than the patience

  @ParameterizedTest
  @MethodSource("faults")
  void aPassingOutageLosesNoAnswer(Supplier<IOException> failure) throws Exception {
    AtomicInteger failures = new AtomicInteger(60);
    service =
        FakeService.doing(
            questions -> {
              if (failures.getAndDecrement() > 0) {
                throw failure.get();
              }
              return FakeService.rightAnswers(questions);
            });
    client = new ServiceClient<>(POLICY, service);

    List<CompletableFuture<Answer<Integer>>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(client.ask("q" + i));
    }

    for (int i = 0; i < 50; i++) {
      assertThat(answer(answers.get(i)), is(Answer.of(i)));
    }
  }

  @Test
  void whileTheBreakerIsOpenQuestionsWaitAndNothingIsAsked() throws Exception {
    fault.set(() -> ServiceFault.of(Kind.TRANSIENT, "status 503"));
    client = new ServiceClient<>(POLICY, service, clock);
    List<CompletableFuture<Answer<Integer>>> answers = askAll(8);
    eventually(() -> service.requests().size(), is(greaterThanOrEqualTo(10)));

    // Callers that ask more questions must wait too.
    Thread asker = new Thread(() -> answers.add(askNow("q8")));
    asker.start();
    eventually(asker::getState, is(Thread.State.WAITING));
    // Three more may have been on their way with the tenth that failed.
    assertThat(service.requests().size(), is(lessThanOrEqualTo(13)));
    assertThat(answers.stream().map(CompletableFuture::isDone).toList(), everyItem(is(false)));

    fault.set(null);
    clock.advance(Duration.ofSeconds(10));
    asker.join(20_000);

    for (int i = 0; i < 9; i++) {
      assertThat(answer(answers.get(i)), is(Answer.of(i)));
    }
  }

  // longer

  @Test
  void anOutageThatLastsEndsInAnswersWithoutDelayUntilTheServiceIsBack() throws Exception {
    fault.set(SocketTimeoutException::new);
    client = new ServiceClient<>(POLICY, service, clock);
    List<CompletableFuture<Answer<Integer>>> waiting = askAll(8);
    eventually(() -> Set.copyOf(service.questions()), hasSize(8));
    clock.advance(HOUR.plusSeconds(1));

    for (CompletableFuture<Answer<Integer>> one : waiting) {
      assertThat(answer(one), is(Answer.missing(Missing.TIMEOUT)));
    }
    // The clock stands still, and the breaker stays open: nothing is asked.
    List<Answer<Integer>> next = new ArrayList<>();
    eventually(
        () -> {
          int before = service.requests().size();
          next.clear();
          IntStream.range(0, 20).forEach(i -> next.add(answer(askNow("q" + i))));
          return service.requests().size() - before;
        },
        is(0));
    assertThat(next, everyItem(is(Answer.missing(Missing.UNAVAILABLE))));

    fault.set(null);
    clock.advance(Duration.ofSeconds(1));
    assertThat(answer(client.ask("q7")), is(Answer.of(7)));

    // Questions wait again in the next outage.
    AtomicInteger failures = new AtomicInteger(20);
    fault.set(
        () -> {
          clock.advance(Duration.ofSeconds(1));
          if (failures.decrementAndGet() == 0) {
            fault.set(null);
          }
          return new ConnectException();
        });
    List<CompletableFuture<Answer<Integer>>> again = askAll(8);
    eventually(
        () -> {
          clock.advance(Duration.ofMillis(1));
          return again.stream().allMatch(CompletableFuture::isDone);
        },
        is(true));
    for (int i = 0; i < 8; i++) {
      assertThat(answer(again.get(i)), is(Answer.of(i)));
    }
  }

  @Test
  void aServiceThatThrottlesEverybodyForLongerIsAnOutageToo() throws Exception {
    fault.set(() -> ServiceFault.throttled(Duration.ofMillis(1)));
    client = new ServiceClient<>(POLICY, service, clock);
    List<CompletableFuture<Answer<Integer>>> waiting = askAll(8);
    eventually(() -> service.requests().size(), is(greaterThanOrEqualTo(100)));

    clock.advance(HOUR.plusSeconds(1));

    for (CompletableFuture<Answer<Integer>> one : waiting) {
      assertThat(answer(one), is(Answer.missing(Missing.UNAVAILABLE)));
    }
    fault.set(null);
    clock.advance(Duration.ofSeconds(1));
    assertThat(answer(client.ask("q7")), is(Answer.of(7)));
  }

  // one question at fault

  @Test
  void aQuestionThatBreaksTheServiceAffectsNoOtherAndIsGivenUp() throws Exception {
    service =
        FakeService.doing(
            questions -> {
              if (questions.contains("bad5")) {
                throw ServiceFault.of(Kind.TRANSIENT, "status 500");
              }
              return FakeService.rightAnswers(questions);
            });
    client = new ServiceClient<>(POLICY.withBatch(8).withLinger(HOUR), service, clock);
    List<CompletableFuture<Answer<Integer>>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(client.ask(i == 5 ? "bad5" : "q" + i));
    }

    eventually(
        () -> {
          clock.advance(Duration.ofMillis(3));
          return answers.stream().filter(CompletableFuture::isDone).count();
        },
        is(7L));
    eventually(
        () -> {
          clock.advance(Duration.ofMillis(3));
          return service.requests();
        },
        hasItem(List.of("bad5")));
    assertThat(answers.get(5).isDone(), is(false));
    clock.advance(HOUR);
    eventually(
        () -> {
          clock.advance(Duration.ofMillis(3));
          return answers.get(5).isDone();
        },
        is(true));

    for (int i = 0; i < 8; i++) {
      assertThat(
          answer(answers.get(i)), is(i == 5 ? Answer.missing(Missing.UNAVAILABLE) : Answer.of(i)));
    }
  }

  @Test
  void anInvalidAnswerEndsItsQuestionQuicklyAndAffectsNoOther() throws Exception {
    service =
        FakeService.doing(
            questions -> {
              if (questions.contains("bad5")) {
                throw ServiceFault.of(Kind.INVALID_ANSWER, "the answer is not JSON");
              }
              return FakeService.rightAnswers(questions);
            });
    client = new ServiceClient<>(POLICY.withBatch(8).withLinger(HOUR), service, clock);

    for (int round = 0; round < 20; round++) {
      List<CompletableFuture<Answer<Integer>>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(client.ask(i == 5 ? "bad5" : "q" + i));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(
            answer(answers.get(i)),
            is(i == 5 ? Answer.missing(Missing.UNAVAILABLE) : Answer.of(i)));
      }
    }
    assertThat(service.questions().stream().filter("bad5"::equals).count(), is(20 * 4L));
  }

  @Test
  void aServiceWithOnlyInvalidAnswersIsNotWaitedFor() throws Exception {
    fault.set(() -> ServiceFault.of(Kind.INVALID_ANSWER, "the answer is not JSON"));
    client = new ServiceClient<>(POLICY, service, clock);

    for (int i = 0; i < 100; i++) {
      assertThat(answer(client.ask("q" + i)), is(Answer.missing(Missing.UNAVAILABLE)));
    }
  }

  // the end

  @Test
  void closingEndsEveryWait() throws Exception {
    fault.set(() -> ServiceFault.of(Kind.TRANSIENT, "status 503"));
    client = new ServiceClient<>(POLICY, service, clock);
    List<CompletableFuture<Answer<Integer>>> waiting = askAll(8);
    eventually(() -> service.requests().size(), is(greaterThanOrEqualTo(10)));
    List<Throwable> heard = new CopyOnWriteArrayList<>();
    Thread asker = new Thread(() -> askNow("q8"));
    asker.setUncaughtExceptionHandler((thread, e) -> heard.add(e));
    asker.start();
    eventually(asker::getState, is(Thread.State.WAITING));

    client.close();
    asker.join(20_000);

    assertThat(heard.get(0), is(instanceOf(IllegalStateException.class)));
    assertThat(waiting.stream().map(CompletableFuture::isDone).toList(), everyItem(is(false)));
    assertThat(service.closed(), is(1));
  }

  @Test
  void aBlockedCallerCanBeInterrupted() throws Exception {
    fault.set(() -> ServiceFault.of(Kind.TRANSIENT, "status 503"));
    client = new ServiceClient<>(POLICY, service, clock);
    askAll(8);
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread asker =
        new Thread(
            () -> {
              try {
                client.ask("q8");
              } catch (InterruptedException e) {
                interrupted.set(true);
              }
            });
    asker.start();
    eventually(asker::getState, is(Thread.State.WAITING));

    asker.interrupt();
    asker.join(20_000);

    assertThat(interrupted.get(), is(true));
  }

  private List<CompletableFuture<Answer<Integer>>> askAll(int count) {
    List<CompletableFuture<Answer<Integer>>> answers = new CopyOnWriteArrayList<>();
    IntStream.range(0, count).forEach(i -> answers.add(askNow("q" + i)));
    return answers;
  }

  private CompletableFuture<Answer<Integer>> askNow(String question) {
    try {
      return client.ask(question);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Answer<Integer> answer(CompletableFuture<Answer<Integer>> asked) {
    return asked.orTimeout(20, TimeUnit.SECONDS).join();
  }
}

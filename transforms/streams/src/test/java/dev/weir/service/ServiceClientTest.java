package dev.weir.service;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.service.Answer.Missing;
import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceClientTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withInFlight(4)
          .withTimeout(Duration.ofMinutes(5))
          .withLinger(Duration.ZERO)
          .withBackoff(Duration.ofMillis(1), Duration.ofSeconds(1));

  private final ManualClock clock = new ManualClock();
  private FakeService service = FakeService.answering();
  private ServiceClient<String, Integer> client;

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
  }

  // batches

  @Test
  void everyQuestionGetsItsOwnAnswer() throws Exception {
    client = new ServiceClient<>(POLICY.withBatch(7), service);

    List<CompletableFuture<Answer<Integer>>> answers = askAll(questions(100));

    for (int i = 0; i < 100; i++) {
      assertThat(answer(answers.get(i)), is(Answer.of(i)));
    }
  }

  @Test
  void equalQuestionsInABatchAreAskedOnce() throws Exception {
    client = new ServiceClient<>(POLICY.withBatch(4).withLinger(HOUR), service);

    List<CompletableFuture<Answer<Integer>>> answers = askAll(List.of("q1", "q2", "q1", "q1"));

    assertThat(answer(answers.get(0)), is(Answer.of(1)));
    assertThat(answer(answers.get(1)), is(Answer.of(2)));
    assertThat(answer(answers.get(2)), is(Answer.of(1)));
    assertThat(answer(answers.get(3)), is(Answer.of(1)));
    assertThat(service.requests(), contains(List.of("q1", "q2")));
  }

  @Test
  void batchesFillWhileEverySlotIsBusy() throws Exception {
    Gate gate = new Gate();
    service = FakeService.doing(questions -> afterwards(gate, questions));
    client = new ServiceClient<>(POLICY.withInFlight(1).withBatch(50), service);
    CompletableFuture<Answer<Integer>> first = client.ask("first0");
    eventually(service::inFlight, is(1));

    // As many as may wait: capacity is twice what is in flight, less the one that is.
    List<CompletableFuture<Answer<Integer>>> others = askAll(questions(99));
    gate.open();

    assertThat(answer(first), is(Answer.of(0)));
    others.forEach(ServiceClientTest::answer);
    assertThat(service.requestSizes(), contains(1, 50, 49));
  }

  @Test
  void aSingleQuestionWaitsForOthersForTheLinger() throws Exception {
    client = new ServiceClient<>(POLICY.withLinger(Duration.ofMillis(60)), service);

    long began = System.nanoTime();
    answer(client.ask("q1"));

    assertThat(millisSince(began), is(greaterThanOrEqualTo(60L)));
  }

  @Test
  void aFullBatchDoesNotWait() throws Exception {
    client = new ServiceClient<>(POLICY.withBatch(2).withLinger(HOUR), service);

    askAll(questions(4)).forEach(ServiceClientTest::answer);

    assertThat(service.requestSizes(), contains(2, 2));
  }

  @Test
  void aFlushSendsWaitingQuestions() throws Exception {
    client = new ServiceClient<>(POLICY.withBatch(2).withLinger(HOUR), service);
    List<CompletableFuture<Answer<Integer>>> answers = askAll(questions(3));

    client.flush();

    answers.forEach(ServiceClientTest::answer);
    assertThat(service.requests(), containsInAnyOrder(List.of("q0", "q1"), List.of("q2")));
  }

  // load

  @Test
  void noMoreRequestsThanAllowedAreInFlight() throws Exception {
    Gate gate = new Gate();
    service = FakeService.doing(questions -> afterwards(gate, questions));
    client = new ServiceClient<>(POLICY.withInFlight(3).withBatch(1), service);

    List<CompletableFuture<Answer<Integer>>> answers = askAll(questions(6));
    eventually(service::inFlight, is(3));
    gate.open();

    assertThat(answer(answers.get(5)), is(Answer.of(5)));
    assertThat(service.maxInFlight(), is(3));
  }

  @Test
  void aCallerWithTooManyQuestionsIsBlockedAndThenContinues() throws Exception {
    Gate gate = new Gate();
    service = FakeService.doing(questions -> afterwards(gate, questions));
    client = new ServiceClient<>(POLICY.withInFlight(1).withBatch(1), service);
    AtomicInteger asked = new AtomicInteger();
    List<CompletableFuture<Answer<Integer>>> answers = new ArrayList<>();
    Thread asker =
        new Thread(
            () -> {
              for (String question : questions(5)) {
                try {
                  answers.add(client.ask(question));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                asked.incrementAndGet();
              }
            });
    asker.start();

    eventually(asked::get, is(2));
    eventually(asker::getState, is(Thread.State.WAITING));
    assertThat(asked.get(), is(2));
    gate.open();

    asker.join();
    assertThat(asked.get(), is(5));
    assertThat(answer(answers.get(4)), is(Answer.of(4)));
  }

  @Test
  void aQuestionWithoutAnAnswerReturnsItsPermit() throws Exception {
    service = failing(() -> ServiceFault.of(Kind.REFUSED, "status 410"));
    client = new ServiceClient<>(POLICY.withInFlight(1).withBatch(1), service);

    for (String question : questions(10)) {
      assertThat(answer(client.ask(question)), is(Answer.missing(Missing.REJECTED)));
    }
  }

  // faults

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aPassingFaultIsRetriedUntilTheAttemptsAreUsedUp(int attempts) throws Exception {
    service = failing(() -> ServiceFault.of(Kind.TRANSIENT, "status 503"));
    client = new ServiceClient<>(POLICY.withAttempts(attempts), service);

    assertThat(answer(client.ask("q1")), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(service.requests(), hasSize(attempts));
  }

  @Test
  void aBrokenConnectionIsRetried() throws Exception {
    service = failing(() -> new ConnectException("refused"));
    client = new ServiceClient<>(POLICY.withAttempts(3), service);

    assertThat(answer(client.ask("q1")), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(service.requests(), hasSize(3));
  }

  @Test
  void aTimeoutIsRetriedAndIsTheReasonInTheEnd() throws Exception {
    service = failing(SocketTimeoutException::new);
    client = new ServiceClient<>(POLICY.withAttempts(3), service);

    assertThat(answer(client.ask("q1")), is(Answer.missing(Missing.TIMEOUT)));
    assertThat(service.requests(), hasSize(3));
  }

  @Test
  void aQuestionIsAnsweredOnceTheFaultHasPassed() throws Exception {
    service =
        failingFirst(
            2, () -> ServiceFault.of(Kind.TRANSIENT, "status 503"), FakeService::rightAnswers);
    client = new ServiceClient<>(POLICY.withAttempts(3), service);

    assertThat(answer(client.ask("q1")), is(Answer.of(1)));
    assertThat(service.requests(), hasSize(3));
  }

  @Test
  void aServiceThatThrottlesIsGivenTheTimeItWants() throws Exception {
    service =
        failingFirst(
            1, () -> ServiceFault.throttled(Duration.ofMillis(200)), FakeService::rightAnswers);
    client = new ServiceClient<>(POLICY.withAttempts(2), service);

    long began = System.nanoTime();

    assertThat(answer(client.ask("q1")), is(Answer.of(1)));
    assertThat(millisSince(began), is(greaterThanOrEqualTo(200L)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1001, Long.MAX_VALUE / 1000})
  void aServiceThatNeedsMoreTimeThanRemainsIsGivenUp(long millis) throws Exception {
    service = failing(() -> ServiceFault.throttled(Duration.ofMillis(millis)));
    client = new ServiceClient<>(POLICY.withAttempts(9), service);

    assertThat(answer(client.ask("q1")), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(service.requests(), hasSize(1));
  }

  @Test
  void veryManyAttemptsAreMadeAndAnswered() throws Exception {
    service = failing(() -> ServiceFault.throttled(Duration.ZERO));
    client =
        new ServiceClient<>(
            POLICY.withAttempts(70).withBackoff(Duration.ofMillis(1), Duration.ofMillis(1)),
            service);

    assertThat(answer(client.ask("q1")), is(Answer.missing(Missing.UNAVAILABLE)));
    assertThat(service.requests(), hasSize(70));
  }

  @Test
  void aRefusedRequestIsSentOnce() throws Exception {
    service = failing(() -> ServiceFault.of(Kind.REFUSED, "status 410"));
    client = new ServiceClient<>(POLICY.withBatch(3).withLinger(HOUR), service);

    for (CompletableFuture<Answer<Integer>> answer : askAll(questions(3))) {
      assertThat(answer(answer), is(Answer.missing(Missing.REJECTED)));
    }
    assertThat(service.requests(), hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void answersOfAWrongNumberAreDiscardedAndEachQuestionIsAskedAloneOnce(int extra)
      throws Exception {
    service = FakeService.doing(questions -> FakeService.rightAnswers(questions(4 + extra)));
    client = new ServiceClient<>(POLICY.withBatch(4).withLinger(HOUR), service);

    for (CompletableFuture<Answer<Integer>> answer : askAll(questions(4))) {
      assertThat(answer(answer), is(Answer.missing(Missing.UNAVAILABLE)));
    }
    assertThat(service.requestSizes().stream().sorted().toList(), contains(1, 1, 1, 1, 2, 2, 4));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"BAD_REQUEST", "INVALID_ANSWER"})
  void oneBadQuestionIsFoundByHalvingAndAffectsNoOther(Kind kind) throws Exception {
    Missing why = kind == Kind.INVALID_ANSWER ? Missing.UNAVAILABLE : Missing.REJECTED;
    service =
        FakeService.doing(
            questions -> {
              if (questions.contains("bad5")) {
                throw ServiceFault.of(kind, "not as agreed");
              }
              return FakeService.rightAnswers(questions);
            });
    client = new ServiceClient<>(POLICY.withInFlight(1).withBatch(8).withLinger(HOUR), service);
    List<String> questions = new ArrayList<>(questions(8));
    questions.set(5, "bad5");

    List<CompletableFuture<Answer<Integer>>> answers = askAll(questions);

    for (int i = 0; i < 8; i++) {
      assertThat(answer(answers.get(i)), is(i == 5 ? Answer.missing(why) : Answer.of(i)));
    }
    assertThat(service.requestSizes(), contains(8, 4, 2, 2, 1, 1, 4));
  }

  @Test
  void aBugIsNotAnAnswer() throws Exception {
    IllegalStateException bug = new IllegalStateException("a bug");
    Error error = new NoClassDefFoundError("a missing library");
    service =
        FakeService.doing(
            questions -> {
              if (questions.contains("error1")) {
                throw error;
              }
              throw bug;
            });
    client = new ServiceClient<>(POLICY.withInFlight(1).withBatch(1), service);

    assertThat(failure(client.ask("q1")), is(sameInstance(bug)));
    assertThat(failure(client.ask("error1")), is(sameInstance(error)));
    // Neither cost the only slot, nor the places of the questions.
    for (String question : questions(5)) {
      assertThat(failure(client.ask(question)), is(sameInstance(bug)));
    }
  }

  // time

  @Test
  void aRequestThatTakesTooLongIsATimeoutAndItsLateAnswerIsIgnored() throws Exception {
    Gate gate = new Gate();
    service = FakeService.doing(questions -> afterwards(gate, questions));
    client =
        new ServiceClient<>(POLICY.withTimeout(Duration.ofMillis(50)).withAttempts(1), service);
    AtomicInteger completions = new AtomicInteger();

    long began = System.nanoTime();
    CompletableFuture<Answer<Integer>> asked = client.ask("q1");
    asked.whenComplete((value, bug) -> completions.incrementAndGet());

    assertThat(answer(asked), is(Answer.missing(Missing.TIMEOUT)));
    assertThat(millisSince(began), is(greaterThanOrEqualTo(50L)));
    gate.open();
    eventually(service::inFlight, is(0));
    assertThat(answer(asked), is(Answer.missing(Missing.TIMEOUT)));
    assertThat(completions.get(), is(1));
    // The slot continues to work, unless the machine is slower than the time-out.
    eventually(() -> askNow("q2"), is(Answer.of(2)));
  }

  // the breaker

  @Test
  void anOutageCostsRequestsOnlyUntilItIsDetected() throws Exception {
    AtomicInteger down = new AtomicInteger(1);
    service =
        FakeService.doing(
            questions -> {
              if (down.get() == 1) {
                throw ServiceFault.of(Kind.TRANSIENT, "status 503");
              }
              return FakeService.rightAnswers(questions);
            });
    client =
        new ServiceClient<>(
            POLICY.withBatch(1).withAttempts(1).withBreakerPause(HOUR), service, clock);
    for (String question : questions(10)) {
      assertThat(answer(client.ask(question)), is(Answer.missing(Missing.UNAVAILABLE)));
    }

    for (String question : questions(100)) {
      assertThat(answer(client.ask(question)), is(Answer.missing(Missing.UNAVAILABLE)));
    }
    assertThat(service.requests(), hasSize(10));

    down.set(0);
    clock.advance(Duration.ofSeconds(1));
    for (String question : questions(20)) {
      assertThat(answer(client.ask(question)), is(Answer.of(FakeService.rightAnswer(question))));
    }
  }

  @Test
  void anOutageThatLastsIsTriedAFewTimesInEveryPause() throws Exception {
    service = failing(() -> ServiceFault.of(Kind.TRANSIENT, "status 503"));
    client =
        new ServiceClient<>(
            POLICY.withBatch(1).withAttempts(1).withBreakerPause(Duration.ofMillis(50)),
            service,
            clock);
    for (int pause = 0; pause < 8; pause++) {
      for (int i = 0; i < 50; i++) {
        assertThat(answer(client.ask("q1")), is(Answer.missing(Missing.UNAVAILABLE)));
      }
      clock.advance(Duration.ofMillis(51));
    }

    // Ten until the breaker opens, then three at each probe.
    assertThat(service.requests(), hasSize(10 + 3 * 7));
  }

  @Test
  void aServiceThatThrottlesOrRefusesIsNotDown() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    service =
        FakeService.doing(
            questions -> {
              if (turn.incrementAndGet() > 60) {
                return FakeService.rightAnswers(questions);
              }
              throw turn.get() % 2 == 0
                  ? ServiceFault.throttled(Duration.ZERO)
                  : ServiceFault.of(Kind.REFUSED, "status 410");
            });
    client = new ServiceClient<>(POLICY.withBatch(1).withAttempts(1), service);
    for (int i = 0; i < 60; i++) {
      answer(client.ask("q1"));
    }

    assertThat(answer(client.ask("q2")), is(Answer.of(2)));
    assertThat(service.requests(), hasSize(61));
  }

  // the end

  @Test
  void aClosedClientAcceptsNoQuestionsAndClosesItsConnections() throws Exception {
    client = new ServiceClient<>(POLICY, service);

    client.close();

    assertThat(service.closed(), is(1));
    assertThrows(IllegalStateException.class, () -> client.ask("q1"));
  }

  @Test
  void questionsThatAreOpenAtTheEndGetNoAnswer() throws Exception {
    Gate gate = new Gate();
    service = FakeService.doing(questions -> afterwards(gate, questions));
    client = new ServiceClient<>(POLICY.withBatch(1), service);
    List<CompletableFuture<Answer<Integer>>> answers = askAll(questions(8));
    eventually(service::inFlight, is(4));

    client.close();
    eventually(service::inFlight, is(0));

    assertThat(answers.stream().map(CompletableFuture::isDone).toList(), everyItem(is(false)));
  }

  static List<String> questions(int count) {
    return IntStream.range(0, count).mapToObj(i -> "q" + i).toList();
  }

  private List<CompletableFuture<Answer<Integer>>> askAll(List<String> questions)
      throws InterruptedException {
    List<CompletableFuture<Answer<Integer>>> answers = new ArrayList<>();
    for (String question : questions) {
      answers.add(client.ask(question));
    }
    return answers;
  }

  private Answer<Integer> askNow(String question) {
    try {
      return answer(client.ask(question));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Answer<Integer>> afterwards(Gate gate, List<String> questions)
      throws IOException {
    gate.pass();
    return FakeService.rightAnswers(questions);
  }

  private static FakeService failing(Supplier<? extends IOException> fault) {
    return failingFirst(Integer.MAX_VALUE, fault, FakeService::rightAnswers);
  }

  private static FakeService failingFirst(
      int times, Supplier<? extends IOException> fault, FakeService.Script then) {
    AtomicInteger failures = new AtomicInteger();
    return FakeService.doing(
        questions -> {
          if (failures.getAndIncrement() < times) {
            throw fault.get();
          }
          return then.answer(questions);
        });
  }

  private static Answer<Integer> answer(CompletableFuture<Answer<Integer>> asked) {
    return asked.orTimeout(5, TimeUnit.MINUTES).join();
  }

  private static Throwable failure(CompletableFuture<Answer<Integer>> asked) {
    return assertThrows(ExecutionException.class, () -> asked.get(5, TimeUnit.MINUTES)).getCause();
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}

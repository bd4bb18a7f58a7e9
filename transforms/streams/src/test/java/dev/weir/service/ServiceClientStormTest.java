package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ServiceClientStormTest {
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_108);
  private static final int ASKERS = 4;
  private static final int QUESTIONS = 2000;
  private static final int IN_FLIGHT = 16;

  private final Random random = new Random(SEED);
  private final FakeService service = FakeService.doing(this::misbehave);
  private final AtomicInteger completions = new AtomicInteger();

  @Test
  void whateverTheServiceDoesEveryQuestionGetsExactlyOneAnswer() throws Exception {
    ClientPolicy policy =
        ClientPolicy.standard()
            .withBatch(20)
            .withInFlight(IN_FLIGHT)
            .withTimeout(Duration.ofMillis(200))
            .withLinger(Duration.ofMillis(1))
            .withBackoff(Duration.ofMillis(2), Duration.ofMillis(20))
            .withBreakerPause(Duration.ofMillis(5));
    ExecutorService askers = Executors.newFixedThreadPool(ASKERS);
    try (ServiceClient<String, Integer> client = new ServiceClient<>(policy, service)) {
      List<Future<List<CompletableFuture<Answer<Integer>>>>> all = new ArrayList<>();
      for (int asker = 0; asker < ASKERS; asker++) {
        String name = "asker" + asker + " question";
        all.add(askers.submit(() -> askAll(client, name)));
      }
      int answered = 0;
      for (Future<List<CompletableFuture<Answer<Integer>>>> one : all) {
        List<CompletableFuture<Answer<Integer>>> answers = one.get(5, TimeUnit.MINUTES);
        for (int i = 0; i < QUESTIONS; i++) {
          Answer<Integer> answer = answers.get(i).get(5, TimeUnit.MINUTES);
          if (answer.isPresent()) {
            assertThat("seed " + SEED, answer.value(), is(i));
            answered++;
          }
        }
      }

      assertThat(completions.get(), is(ASKERS * QUESTIONS));
      assertThat(service.maxInFlight(), is(lessThanOrEqualTo(IN_FLIGHT)));
      assertThat(answered, is(both(greaterThan(0)).and(lessThan(ASKERS * QUESTIONS))));
    } finally {
      askers.shutdownNow();
    }
  }

  private List<CompletableFuture<Answer<Integer>>> askAll(
      ServiceClient<String, Integer> client, String name) throws InterruptedException {
    List<CompletableFuture<Answer<Integer>>> answers = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      CompletableFuture<Answer<Integer>> answer = client.ask(name + i);
      answer.whenComplete((value, bug) -> completions.incrementAndGet());
      answers.add(answer);
    }
    return answers;
  }

  private List<Answer<Integer>> misbehave(List<String> questions) throws IOException {
    int luck;
    int delay;
    synchronized (random) {
      luck = random.nextInt(100);
      delay = random.nextInt(4);
    }
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delay));
    if (luck < 4) {
      throw ServiceFault.of(Kind.TRANSIENT, "status 503");
    } else if (luck < 8) {
      throw ServiceFault.throttled(Duration.ofMillis(luck % 2 == 0 ? 5 : 500));
    } else if (luck < 16) {
      throw ServiceFault.of(Kind.BAD_REQUEST, "status 400");
    } else if (luck < 18) {
      throw ServiceFault.of(Kind.REFUSED, "status 403");
    } else if (luck < 20) {
      throw ServiceFault.of(Kind.INVALID_ANSWER, "not JSON");
    } else if (luck < 22) {
      throw new ConnectException();
    } else if (luck < 24) {
      throw new SocketTimeoutException();
    } else if (luck < 26) {
      return FakeService.rightAnswers(questions.subList(1, questions.size()));
    } else if (luck < 30) {
      // Longer than the time-out: the answer arrives when no question waits for it any more.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(400));
    }
    return FakeService.rightAnswers(questions);
  }
}

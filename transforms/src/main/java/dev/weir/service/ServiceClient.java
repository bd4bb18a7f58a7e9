package dev.weir.service;

import dev.weir.service.Answer.Missing;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a slow service many questions at once: gathers them into batches, keeps a bounded number of
 * requests in flight, retries what is worth retrying, and stops asking while the service is down.
 * Every question gets exactly one answer, in bounded time, whatever the service does. Thread-safe.
 *
 * @param <Q> a question; equal questions in one batch are asked once
 * @param <A> an answer
 */
public final class ServiceClient<Q, A> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceClient.class);

  /** Beyond any real longest wait, and short of an overflow. */
  private static final int MOST_DOUBLINGS = 30;

  private final ClientPolicy policy;
  private final ServiceCall<Q, A> call;
  private final BatchQueue<Q, A> queue;
  private final Semaphore capacity;
  private final CircuitBreaker breaker;
  private final ScheduledExecutorService clock;
  private final List<Thread> slots = new ArrayList<>();
  private volatile boolean closed;

  public ServiceClient(ClientPolicy policy, ServiceCall<Q, A> call) {
    this.policy = policy;
    this.call = call;
    this.queue = new BatchQueue<>(policy.batch(), policy.linger());
    this.capacity = new Semaphore(policy.capacity());
    this.breaker =
        CircuitBreaker.of(
            "service",
            CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(10)
                .failureRateThreshold(50)
                .waitDurationInOpenState(policy.breakerPause())
                .permittedNumberOfCallsInHalfOpenState(3)
                .build());
    breaker.getEventPublisher().onStateTransition(event -> LOG.warn("{}", event));
    this.clock = Executors.newSingleThreadScheduledExecutor(daemons("service-clock"));
    ThreadFactory threads = daemons("service-request");
    for (int i = 0; i < policy.inFlight(); i++) {
      Thread slot = threads.newThread(this::serve);
      slots.add(slot);
      slot.start();
    }
  }

  /**
   * Hands over a question; blocks while as many questions are waiting as the policy allows.
   *
   * @return completes with the answer, never exceptionally but for a bug in the {@link ServiceCall}
   */
  public CompletableFuture<Answer<A>> ask(Q question) throws InterruptedException {
    capacity.acquire();
    CompletableFuture<Answer<A>> answer = new CompletableFuture<>();
    if (!queue.add(new Question<>(question, answer))) {
      capacity.release();
      throw new IllegalStateException("the client is closed");
    }
    return answer;
  }

  /** Sends what is waiting for its batch to fill. */
  public void flush() {
    queue.flush();
  }

  /** Stops asking. Questions without an answer stay without one. */
  @Override
  public void close() {
    closed = true;
    queue.close();
    clock.shutdownNow();
    slots.forEach(Thread::interrupt);
    call.close();
  }

  /** A question and the place for its answer. */
  record Question<Q, A>(Q text, CompletableFuture<Answer<A>> answer) {}

  /** Questions that travel together; {@code attempt} counts from 1. */
  record Batch<Q, A>(List<Question<Q, A>> questions, int attempt) {}

  private void serve() {
    try {
      for (Batch<Q, A> batch = queue.take(); batch != null; batch = queue.take()) {
        send(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(Batch<Q, A> batch) {
    if (!breaker.tryAcquirePermission()) {
      failAll(batch, Missing.UNAVAILABLE);
      return;
    }
    Map<Q, List<Question<Q, A>>> distinct = new LinkedHashMap<>();
    for (Question<Q, A> question : batch.questions()) {
      distinct.computeIfAbsent(question.text(), q -> new ArrayList<>(1)).add(question);
    }
    long start = System.nanoTime();
    AtomicBoolean settled = new AtomicBoolean();
    // The transport's own time-outs are per read; a service that drips bytes outlasts them.
    ScheduledFuture<?> deadline =
        clock.schedule(
            () -> {
              if (settled.compareAndSet(false, true)) {
                timedOut(batch, start);
              }
            },
            policy.timeout().toNanos(),
            TimeUnit.NANOSECONDS);
    try {
      List<Answer<A>> answers = call.ask(List.copyOf(distinct.keySet()));
      if (answers.size() != distinct.size()) {
        throw ServiceFault.of(
            ServiceFault.Kind.NONSENSE, "as many answers as questions were expected");
      }
      if (settled.compareAndSet(false, true)) {
        breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        int i = 0;
        for (List<Question<Q, A>> askers : distinct.values()) {
          Answer<A> answer = answers.get(i++);
          askers.forEach(question -> complete(question, answer));
        }
      }
    } catch (IOException e) {
      // Requests that closing broke off stay without an answer.
      if (!closed && settled.compareAndSet(false, true)) {
        failed(batch, e, start);
      }
    } catch (RuntimeException | Error e) {
      // A bug in the call: whoever waits for the answers has to hear of it.
      if (settled.compareAndSet(false, true)) {
        breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
        batch.questions().forEach(question -> crash(question, e));
      }
    } finally {
      deadline.cancel(false);
    }
  }

  private void timedOut(Batch<Q, A> batch, long start) {
    breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, new SocketTimeoutException());
    retry(batch, Duration.ZERO, Missing.TIMEOUT);
  }

  private void failed(Batch<Q, A> batch, IOException e, long start) {
    if (e instanceof SocketTimeoutException) {
      timedOut(batch, start);
      return;
    }
    if (!(e instanceof ServiceFault fault)) {
      breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
      retry(batch, Duration.ZERO, Missing.UNAVAILABLE);
      return;
    }
    switch (fault.kind()) {
      case TRANSIENT -> {
        breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
        retry(batch, fault.retryAfter(), Missing.UNAVAILABLE);
      }
      case THROTTLED -> {
        // A service that throttles is up: the breaker does not hear of it.
        breaker.releasePermission();
        retry(batch, fault.retryAfter(), Missing.UNAVAILABLE);
      }
      case BAD_REQUEST -> {
        breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        splitOrReject(batch);
      }
      case REFUSED -> {
        breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        failAll(batch, Missing.REJECTED);
      }
      case NONSENSE -> {
        breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
        failAll(batch, Missing.UNAVAILABLE);
      }
    }
  }

  /** One bad question must not cost the others their answer: halve until it stands alone. */
  private void splitOrReject(Batch<Q, A> batch) {
    List<Question<Q, A>> questions = batch.questions();
    if (questions.size() == 1) {
      failAll(batch, Missing.REJECTED);
      return;
    }
    int half = questions.size() / 2;
    requeue(new Batch<>(questions.subList(0, half), batch.attempt()));
    requeue(new Batch<>(questions.subList(half, questions.size()), batch.attempt()));
  }

  private void retry(Batch<Q, A> batch, Duration atLeast, Missing otherwise) {
    if (batch.attempt() >= policy.attempts() || atLeast.compareTo(policy.maxBackoff()) > 0) {
      failAll(batch, otherwise);
      return;
    }
    int doublings = Math.min(batch.attempt() - 1, MOST_DOUBLINGS);
    long ceiling =
        Math.min(policy.maxBackoff().toMillis(), policy.backoff().toMillis() << doublings);
    long wait = atLeast.toMillis() + ThreadLocalRandom.current().nextLong(ceiling + 1);
    Batch<Q, A> next = new Batch<>(batch.questions(), batch.attempt() + 1);
    clock.schedule(() -> requeue(next), wait, TimeUnit.MILLISECONDS);
  }

  private void requeue(Batch<Q, A> batch) {
    queue.addFirst(batch);
  }

  private void failAll(Batch<Q, A> batch, Missing why) {
    batch.questions().forEach(question -> complete(question, Answer.missing(why)));
  }

  private void complete(Question<Q, A> question, Answer<A> answer) {
    capacity.release();
    question.answer().complete(answer);
  }

  private void crash(Question<Q, A> question, Throwable bug) {
    capacity.release();
    question.answer().completeExceptionally(bug);
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}

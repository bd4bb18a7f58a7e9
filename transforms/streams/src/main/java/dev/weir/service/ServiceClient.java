package dev.weir.service;

import dev.weir.service.Answer.Missing;
import dev.weir.service.Batch.Question;
import dev.weir.service.Breaker.Permit;
import dev.weir.service.Patience.Next;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a slow service many questions at once: gathers them into batches, keeps a bounded number of
 * requests in flight, retries failures, and does not ask the service while it is down. Every
 * question gets exactly one answer. With patience, an outage shorter than the patience delays
 * answers but loses none; a longer one ends in {@link Missing}. See {@link Patience} for the rules.
 * Thread-safe.
 *
 * @param <Q> a question; equal questions in one batch are asked once
 * @param <A> an answer
 */
public final class ServiceClient<Q, A> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceClient.class);

  /**
   * How often the first waiting slot checks whether the service may be asked again, in
   * milliseconds.
   */
  private static final long LOOK_MILLIS = 10;

  private final ClientPolicy policy;
  private final ServiceCall<Q, A> call;
  private final BatchQueue<Q, A> queue;
  private final Semaphore capacity;
  private final Breaker breaker;
  private final Patience patience;
  private final ReentrantLock watch = new ReentrantLock();
  private final ScheduledExecutorService clock;
  private final List<Thread> slots = new ArrayList<>();
  private volatile boolean closed;

  /** Whether the log has a warning about access since the last answer. */
  private final AtomicBoolean warned = new AtomicBoolean();

  public ServiceClient(ClientPolicy policy, ServiceCall<Q, A> call) {
    this(policy, call, System::nanoTime);
  }

  /**
   * @param nanoClock measures outages and the breaker's pauses
   */
  ServiceClient(ClientPolicy policy, ServiceCall<Q, A> call, LongSupplier nanoClock) {
    this.policy = policy;
    this.call = call;
    this.queue = new BatchQueue<>(policy.batch(), policy.linger());
    this.capacity = new Semaphore(policy.capacity());
    this.breaker = new Breaker(policy, nanoClock);
    this.patience = new Patience(policy, nanoClock);
    this.clock = Executors.newSingleThreadScheduledExecutor(daemons("service-clock"));
    ThreadFactory threads = daemons("service-request");
    for (int i = 0; i < policy.inFlight(); i++) {
      Thread slot = threads.newThread(this::serve);
      slots.add(slot);
      slot.start();
    }
  }

  /**
   * Submits a question; blocks while as many questions are waiting as the policy allows.
   *
   * @return completes with the answer, and exceptionally only on a bug in the {@link ServiceCall}
   * @throws IllegalStateException if the client is closed, before or during the wait
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

  /** Sends the questions that wait for their batch to fill. */
  public void flush() {
    queue.flush();
  }

  /** Stops asking. Questions that have no answer yet get none. */
  @Override
  public void close() {
    closed = true;
    queue.close();
    clock.shutdownNow();
    slots.forEach(Thread::interrupt);
    // Wakes the callers that wait to ask.
    capacity.release(policy.capacity());
    call.close();
  }

  private void serve() {
    try {
      for (Batch<Q, A> batch = queue.take(); batch != null; batch = queue.take()) {
        Optional<Permit> permit = permit();
        if (permit.isPresent()) {
          send(batch, permit.get());
        } else {
          failAll(batch, batch.trials().reason());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  /** Waits until the service may be asked; empty if questions do not wait for that. */
  private Optional<Permit> permit() throws InterruptedException {
    Optional<Permit> permit = breaker.tryAcquire();
    if (permit.isPresent() || !patience.waits()) {
      return permit;
    }
    // One slot checks for all; the others wait for the lock.
    watch.lockInterruptibly();
    try {
      permit = breaker.tryAcquire();
      while (permit.isEmpty() && patience.waits()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        permit = breaker.tryAcquire();
      }
      return permit;
    } finally {
      watch.unlock();
    }
  }

  private void send(Batch<Q, A> batch, Permit permit) {
    Map<Q, List<Question<Q, A>>> askers = batch.askers();
    AtomicBoolean settled = new AtomicBoolean();
    // The transport's own time-outs are per read; a service that sends its bytes slowly outlasts
    // them.
    ScheduledFuture<?> deadline =
        clock.schedule(
            () -> {
              if (settled.compareAndSet(false, true)) {
                timedOut(batch, permit);
              }
            },
            policy.timeout().toNanos(),
            TimeUnit.NANOSECONDS);
    try {
      List<Answer<A>> answers = call.ask(List.copyOf(askers.keySet()));
      if (answers.size() != askers.size()) {
        throw ServiceFault.of(
            ServiceFault.Kind.INVALID_ANSWER, "expected as many answers as questions");
      }
      if (settled.compareAndSet(false, true)) {
        answered(permit);
        int i = 0;
        for (List<Question<Q, A>> ofOne : askers.values()) {
          Answer<A> answer = answers.get(i++);
          ofOne.forEach(question -> complete(question, answer));
        }
      }
    } catch (IOException e) {
      // Questions whose requests were aborted by the close get no answer.
      if (!closed && settled.compareAndSet(false, true)) {
        failed(batch, permit, e);
      }
    } catch (RuntimeException | Error e) {
      // A bug in the call must reach the callers that wait for the answers.
      if (settled.compareAndSet(false, true)) {
        breaker.failed(permit);
        batch.questions().forEach(question -> crash(question, e));
      }
    } finally {
      deadline.cancel(false);
    }
  }

  private void answered(Permit permit) {
    breaker.answered(permit);
    patience.answered();
    warned.set(false);
  }

  private void timedOut(Batch<Q, A> batch, Permit permit) {
    breaker.timedOut(permit);
    goOn(batch, patience.failed(batch.trials(), batch.questions().size(), Missing.TIMEOUT));
  }

  private void failed(Batch<Q, A> batch, Permit permit, IOException e) {
    if (e instanceof SocketTimeoutException) {
      timedOut(batch, permit);
    } else if (e instanceof ServiceFault fault) {
      failed(batch, permit, fault);
    } else {
      unavailable(batch, permit);
    }
  }

  private void failed(Batch<Q, A> batch, Permit permit, ServiceFault fault) {
    switch (fault.kind()) {
      case TRANSIENT -> unavailable(batch, permit);
      case NO_ACCESS -> {
        if (!warned.getAndSet(true)) {
          LOG.warn("{}", fault.getMessage());
        }
        unavailable(batch, permit);
      }
      case THROTTLED -> {
        // A service that throttles is up; one that throttles all requests for too long is as good
        // as down.
        if (patience.isExhausted()) {
          breaker.failed(permit);
        } else {
          breaker.undecided(permit);
        }
        goOn(batch, patience.throttled(batch.trials(), fault.retryAfter()));
      }
      case BAD_REQUEST -> {
        answered(permit);
        halveOr(batch, Missing.REJECTED);
      }
      case REFUSED, NO_ROUTE -> {
        answered(permit);
        failAll(batch, Missing.REJECTED);
      }
      case ONE_BY_ONE -> {
        breaker.undecided(permit);
        batch.singles().forEach(queue::addFirst);
      }
      case INVALID_ANSWER -> {
        // Not worth waiting for: another attempt would give the same answer.
        if (batch.isSingle() && !patience.waits()) {
          breaker.failed(permit);
        } else {
          breaker.undecided(permit);
        }
        halveOr(batch, Missing.UNAVAILABLE);
      }
    }
  }

  private void unavailable(Batch<Q, A> batch, Permit permit) {
    breaker.failed(permit);
    goOn(batch, patience.failed(batch.trials(), batch.questions().size(), Missing.UNAVAILABLE));
  }

  private void goOn(Batch<Q, A> batch, Next next) {
    if (next instanceof Next.Retry retry) {
      Batch<Q, A> again = batch.after(retry.trials());
      clock.schedule(() -> queue.addFirst(again), retry.pause().toNanos(), TimeUnit.NANOSECONDS);
    } else if (next instanceof Next.Halve halve) {
      batch.after(halve.trials()).halves().forEach(queue::addFirst);
    } else if (next instanceof Next.GiveUp giveUp) {
      if (patience.isExhausted()) {
        breaker.open();
      }
      failAll(batch, giveUp.reason());
    }
  }

  /** Halves a batch until a bad question is alone, so that the others still get their answers. */
  private void halveOr(Batch<Q, A> batch, Missing why) {
    if (batch.isSingle()) {
      failAll(batch, why);
    } else {
      batch.halves().forEach(queue::addFirst);
    }
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

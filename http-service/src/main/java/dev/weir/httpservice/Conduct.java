package dev.weir.httpservice;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The current behaviour of a running service, which decides the fate of each request. Any thread
 * may change the behaviour; only the event loop calls {@link #next}.
 */
public final class Conduct {

  private final long began = System.nanoTime();
  private final AtomicReference<Era> now;

  private record Era(Behaviour behaviour, Fates fates) {
    static Era of(Behaviour behaviour) {
      return new Era(behaviour, new Fates(behaviour));
    }
  }

  /** Sets the first behaviour; outages are measured from this moment. */
  public Conduct(Behaviour behaviour) {
    this.now = new AtomicReference<>(Era.of(behaviour));
  }

  /**
   * Changes the behaviour from the next request on: the random draws and the rate limit start over,
   * and an outage is still measured from the start of the service. Requests in flight keep their
   * fate: one that hangs keeps hanging.
   *
   * @return the previous behaviour
   */
  public Behaviour behave(Behaviour behaviour) {
    return now.getAndSet(Era.of(behaviour)).behaviour();
  }

  /** Decides the fate of the next request. */
  public Fate next() {
    return now.get().fates().next(System.nanoTime() - began);
  }
}

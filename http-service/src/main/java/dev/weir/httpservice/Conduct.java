package dev.weir.httpservice;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * The current behaviour of a running service, which decides the fate of each request. Any thread
 * may change the behaviour; only the event loop asks for fates.
 *
 * @param <B> a service's behaviour: a {@link Behaviour}, or one that contains it
 */
public final class Conduct<B> {

  private final long began = System.nanoTime();
  private final Function<B, Behaviour> faults;
  private final AtomicReference<Era<B>> now;

  /** The fate of one request and the behaviour that decided it. */
  public record Turn<B>(B behaviour, Fate fate) {}

  private record Era<B>(B behaviour, Fates fates) {}

  /**
   * Starts with a behaviour; outages are measured from now on.
   *
   * @param faults the part of a behaviour that decides the fates
   */
  public Conduct(B behaviour, Function<B, Behaviour> faults) {
    this.faults = faults;
    this.now = new AtomicReference<>(era(behaviour));
  }

  /**
   * Changes the behaviour from the next request on: random draws and rate limit start afresh, an
   * outage is still measured from the start of the service. Requests in flight keep their fate: one
   * that hangs keeps hanging.
   *
   * @return the behaviour until now
   */
  public B behave(B behaviour) {
    return now.getAndSet(era(behaviour)).behaviour();
  }

  /** Decides the fate of the next request. */
  public Turn<B> next() {
    Era<B> era = now.get();
    return new Turn<>(era.behaviour(), era.fates().next(System.nanoTime() - began));
  }

  private Era<B> era(B behaviour) {
    return new Era<>(behaviour, new Fates(faults.apply(behaviour)));
  }
}

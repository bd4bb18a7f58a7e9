package dev.weir.httpservice;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * How a running service behaves now, and the fates that its requests meet by it. The behaviour may
 * be changed by any thread; the event loop alone asks for fates.
 *
 * @param <B> a service's behaviour: a {@link Behaviour}, or one that holds it among other things
 */
public final class Conduct<B> {

  private final long began = System.nanoTime();
  private final Function<B, Behaviour> faults;
  private final AtomicReference<Era<B>> now;

  /** What a request meets: its fate, under a behaviour. */
  public record Turn<B>(B behaviour, Fate fate) {}

  private record Era<B>(B behaviour, Fates fates) {}

  /**
   * Begins with a behaviour; outages are measured from here on.
   *
   * @param faults what of a behaviour decides the fates
   */
  public Conduct(B behaviour, Function<B, Behaviour> faults) {
    this.faults = faults;
    this.now = new AtomicReference<>(era(behaviour));
  }

  /**
   * Behaves differently from the next request on: the seed and the rate limit begin anew, an outage
   * is still measured from the start. Requests in flight keep their fate, so that one that hangs
   * goes on hanging.
   *
   * @return the behaviour until now
   */
  public B behave(B behaviour) {
    return now.getAndSet(era(behaviour)).behaviour();
  }

  /** What the next request meets. */
  public Turn<B> next() {
    Era<B> era = now.get();
    return new Turn<>(era.behaviour(), era.fates().next(System.nanoTime() - began));
  }

  private Era<B> era(B behaviour) {
    return new Era<>(behaviour, new Fates(faults.apply(behaviour)));
  }
}

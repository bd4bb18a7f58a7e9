package dev.weir.kafka.registry;

import com.google.api.client.util.BackOff;
import com.google.api.client.util.Sleeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats a request during an outage of the registry, with waits. */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);

  private final Supplier<BackOff> waits;
  private final Sleeper sleeper;

  /**
   * @param waits creates the waits between the requests of one call
   */
  Patience(Supplier<BackOff> waits, Sleeper sleeper) {
    this.waits = waits;
    this.sleeper = sleeper;
  }

  /**
   * Calls until there is no outage.
   *
   * @throws RegistryException if there still is one after the last wait, or a refusal at once
   */
  <T> T retried(Supplier<T> call) {
    BackOff backOff = waits.get();
    for (boolean first = true; ; first = false) {
      try {
        return call.get();
      } catch (RegistryException e) {
        long wait = e.isOutage() ? next(backOff) : BackOff.STOP;
        if (wait == BackOff.STOP) {
          throw e;
        }
        if (first) {
          LOG.warn(
              "{}; asking again for up to {} s",
              e.getMessage(),
              RegistryClient.PATIENCE.toSeconds());
        }
        pause(
            Math.max(wait, Math.min(e.retryAfter().toMillis(), RegistryClient.PATIENCE.toMillis())),
            e);
      }
    }
  }

  private static long next(BackOff backOff) {
    try {
      return backOff.nextBackOffMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pause(long millis, RegistryException failure) {
    try {
      sleeper.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }
}

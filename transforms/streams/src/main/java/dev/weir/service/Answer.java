package dev.weir.service;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Function;

/**
 * A service's answer to one question: a value, or the reason why there is none. A service that
 * cannot answer is a business outcome, not an exception.
 *
 * @param value the answer; null if there is none
 * @param missing why there is no answer; null if there is one
 * @param <A> the answer's type
 */
public record Answer<A>(A value, Missing missing) {

  /** Why there is no answer. */
  public enum Missing implements Serializable {
    /** The service did not answer in time. */
    TIMEOUT,
    /** The service rejected this question. */
    REJECTED,
    /**
     * The service could not be reached, failed, returned an invalid answer, or is known to be down.
     */
    UNAVAILABLE
  }

  public Answer {
    if ((value == null) == (missing == null)) {
      throw new IllegalArgumentException(
          "an answer has either a value or a reason for its absence");
    }
  }

  public static <A> Answer<A> of(A value) {
    return new Answer<>(Objects.requireNonNull(value), null);
  }

  public static <A> Answer<A> missing(Missing why) {
    return new Answer<>(null, Objects.requireNonNull(why));
  }

  public boolean isPresent() {
    return value != null;
  }

  /** Returns the answer with another value, or the same reason if there is no value. */
  public <B> Answer<B> map(Function<A, B> other) {
    return isPresent() ? of(other.apply(value)) : missing(missing);
  }

  /** Applies {@code known} to the value, or {@code unknown} to the reason why there is none. */
  public <R> R fold(Function<A, R> known, Function<Missing, R> unknown) {
    return isPresent() ? known.apply(value) : unknown.apply(missing);
  }
}

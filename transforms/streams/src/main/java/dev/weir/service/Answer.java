package dev.weir.service;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a service said to one question: a value, or why there is none. A service that cannot answer
 * is a business outcome and no exception.
 *
 * @param value the answer; null where there is none
 * @param missing why there is none; null where there is one
 * @param <A> the answer's type
 */
public record Answer<A>(A value, Missing missing) {

  /** Why there is no answer. */
  public enum Missing implements Serializable {
    /** The service did not answer in time. */
    TIMEOUT,
    /** The service answered that it will not answer this question. */
    REJECTED,
    /** The service could not be reached, failed, made no sense, or is known to be down. */
    UNAVAILABLE
  }

  public Answer {
    if ((value == null) == (missing == null)) {
      throw new IllegalArgumentException("an answer is a value or a reason for its absence");
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

  /** The answer with another value; without one, the same reason. */
  public <B> Answer<B> map(Function<A, B> other) {
    return isPresent() ? of(other.apply(value)) : missing(missing);
  }

  /** The result of {@code known} for a value, of {@code unknown} for the reason there is none. */
  public <R> R fold(Function<A, R> known, Function<Missing, R> unknown) {
    return isPresent() ? known.apply(value) : unknown.apply(missing);
  }
}

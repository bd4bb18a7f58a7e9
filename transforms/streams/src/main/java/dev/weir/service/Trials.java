package dev.weir.service;

import dev.weir.service.Answer.Missing;

/**
 * The failed attempts of a batch so far.
 *
 * @param series identifies the failures of one batch among those of others; 0 before the first
 * @param attempts the number of attempts
 * @param failures the number of attempts that were not merely throttled
 * @param failingSince when the first of the failures was, in nanoseconds of the client's clock;
 *     meaningless without a failure
 * @param answersBefore how many requests of any batch the service had answered by the last attempt
 * @param reason why the last attempt gave no answer
 */
record Trials(
    long series,
    int attempts,
    int failures,
    long failingSince,
    long answersBefore,
    Missing reason) {
  static final Trials NONE = new Trials(0, 0, 0, 0, 0, Missing.UNAVAILABLE);

  /** Adds an attempt that failed now. */
  Trials failed(Missing why, long now, long answers) {
    long since = failures == 0 ? now : failingSince;
    return new Trials(series, attempts + 1, failures + 1, since, answers, why);
  }

  /** Adds an attempt that the service throttled. */
  Trials throttled(long answers) {
    return new Trials(series, attempts + 1, failures, failingSince, answers, Missing.UNAVAILABLE);
  }

  Trials inSeries(long number) {
    return new Trials(number, attempts, failures, failingSince, answersBefore, reason);
  }
}

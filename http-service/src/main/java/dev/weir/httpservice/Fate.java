package dev.weir.httpservice;

/** What happens to one request. */
public sealed interface Fate {

  /** The request is answered at once with this error status. */
  record Refused(int status) implements Fate {}

  /** The request is never answered. */
  record Hanging() implements Fate {}

  /** The request is answered after a delay, with 503 if it fails. */
  record Delayed(long millis, boolean fails) implements Fate {}
}

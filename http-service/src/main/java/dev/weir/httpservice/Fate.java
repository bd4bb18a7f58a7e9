package dev.weir.httpservice;

/** What happens to one request. */
public sealed interface Fate {

  /** It is answered at once with this error status. */
  record Refused(int status) implements Fate {}

  /** It is never answered. */
  record Hanging() implements Fate {}

  /** It is answered after a delay, with 503 if it fails. */
  record Delayed(long millis, boolean fails) implements Fate {}
}

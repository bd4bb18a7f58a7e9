package dev.weir.httpservice;

/** What becomes of one request. */
public sealed interface Fate {

  /** It is turned away at once with this status. */
  record Refused(int status) implements Fate {}

  /** It is never answered. */
  record Hanging() implements Fate {}

  /** It is answered after a delay: 503 if it fails, what it asks otherwise. */
  record Delayed(long millis, boolean fails) implements Fate {}
}

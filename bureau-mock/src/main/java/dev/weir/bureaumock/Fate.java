package dev.weir.bureaumock;

import dev.weir.bureaumock.BureauBehaviour.Answers;

/** What becomes of one request. */
sealed interface Fate {

  /** It is turned away at once with this status. */
  record Refused(int status) implements Fate {}

  /** It is never answered. */
  record Hanging() implements Fate {}

  /** It is answered after a delay: 503 if it fails, its scores otherwise. */
  record Delayed(long millis, boolean fails, Answers answers) implements Fate {}
}

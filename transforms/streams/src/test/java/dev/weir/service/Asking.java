package dev.weir.service;

import java.time.Duration;

/**
 * The elements that tests ask about are strings; an element that starts with a dash has no
 * question.
 */
final class Asking {
  /** Sends every question immediately, in its own request. */
  static final ClientPolicy ONE_BY_ONE =
      ClientPolicy.standard()
          .withBatch(1)
          .withInFlight(8)
          .withTimeout(Duration.ofMinutes(5))
          .withLinger(Duration.ZERO)
          .withBackoff(Duration.ofMillis(1), Duration.ofSeconds(1));

  private Asking() {}

  static String question(String text) {
    return text.startsWith("-") ? null : text;
  }

  static String result(String text, Answer<Integer> answer) {
    return text
        + " = "
        + (answer == null ? "not asked" : answer.fold(String::valueOf, String::valueOf));
  }

  static AskService.Spec<String, String, Integer, String> spec(
      FakeService service, ClientPolicy policy) {
    return new AskService.Spec<>(service.opener(), policy, Asking::question, Asking::result);
  }
}

package dev.weir.service;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds the answer to each question until a test lets it go. */
final class Gates implements FakeService.Script {
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  void open(String question) {
    gate(question).open();
  }

  @Override
  public List<Answer<Integer>> answer(List<String> questions) throws IOException {
    for (String question : questions) {
      gate(question).pass();
    }
    return FakeService.rightAnswers(questions);
  }

  private Gate gate(String question) {
    return gates.computeIfAbsent(question, q -> new Gate());
  }
}

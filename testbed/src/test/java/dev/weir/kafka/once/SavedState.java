package dev.weir.kafka.once;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The state of a group in memory, of which copies are kept as checkpoints. */
final class SavedState implements GroupState {
  private PublishFront front;
  private final Map<String, RecoveredOutput> outputs = new TreeMap<>();

  SavedState copy() {
    SavedState copy = new SavedState();
    copy.front = front;
    copy.outputs.putAll(outputs);
    return copy;
  }

  static Map<Integer, SavedState> copies(Map<Integer, SavedState> states) {
    Map<Integer, SavedState> copies = new HashMap<>();
    states.forEach((group, state) -> copies.put(group, state.copy()));
    return copies;
  }

  @Override
  public PublishFront front() {
    return front;
  }

  @Override
  public void write(PublishFront written) {
    front = written;
  }

  @Override
  public RecoveredOutput recovered(String name) {
    return outputs.get(name);
  }

  @Override
  public void keep(String name, RecoveredOutput output) {
    outputs.put(name, output);
  }

  @Override
  public void forget(String name) {
    outputs.remove(name);
  }

  @Override
  public List<Map.Entry<String, RecoveredOutput>> allRecovered() {
    return List.copyOf(outputs.entrySet());
  }

  @Override
  public void resolveAt(long eventTime) {}

  @Override
  public void checkIdleSoon() {}
}

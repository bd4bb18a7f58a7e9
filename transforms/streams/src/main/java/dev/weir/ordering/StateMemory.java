package dev.weir.ordering;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.state.MapState;

/**
 * A {@link Memory} in keyed state. Reads each key from the state once, and writes each changed key
 * once when it is saved.
 */
final class StateMemory implements Memory {
  private final MapState<String, SpecificRecordBase> state;

  /** Current values; null for a key without a record. */
  private final Map<String, SpecificRecordBase> known = new HashMap<>();

  private final Set<String> changed = new HashSet<>();

  StateMemory(MapState<String, SpecificRecordBase> state) {
    this.state = state;
  }

  @Override
  public <T extends SpecificRecordBase> T get(Class<T> type, String key) {
    String place = place(type, key);
    SpecificRecordBase found = known.get(place);
    if (found == null && !known.containsKey(place)) {
      found = state.get(place).read();
      known.put(place, found);
    }
    return type.cast(found);
  }

  @Override
  public void put(String key, SpecificRecordBase entry) {
    set(place(entry.getClass(), key), entry);
  }

  @Override
  public void remove(Class<? extends SpecificRecordBase> type, String key) {
    set(place(type, key), null);
  }

  private void set(String place, SpecificRecordBase entry) {
    known.put(place, entry);
    changed.add(place);
  }

  /** Writes the changes to the state. Must be called before this object is discarded. */
  void save() {
    for (String place : changed) {
      SpecificRecordBase entry = known.get(place);
      if (entry == null) {
        state.remove(place);
      } else {
        state.put(place, entry);
      }
    }
    changed.clear();
  }

  private static String place(Class<?> type, String key) {
    return type.getSimpleName() + "/" + key;
  }
}

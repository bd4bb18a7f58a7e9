package dev.weir.ordering;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.state.MapState;

/** Remembers in keyed state; what is asked for or put several times goes there once. */
final class StateMemory implements Memory {
  private final MapState<String, SpecificRecordBase> state;

  /** What is there now; null for nothing. */
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

  /** To be called before this is let go. */
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

package dev.weir.ordering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Holds waiting entries and remembered records in memory, for the duration of one call.
 *
 * @param <E> an event
 */
final class AllInMemory<E> implements Waiting<E>, Memory {
  private final Map<Class<?>, Map<String, SpecificRecordBase>> records = new HashMap<>();
  private List<Entry<E>> entries = new ArrayList<>();
  private long reached = Long.MIN_VALUE;

  @Override
  public long reached() {
    return reached;
  }

  @Override
  public void reached(long time) {
    reached = time;
  }

  @Override
  public void add(List<Entry<E>> more) {
    entries.addAll(more);
  }

  @Override
  public List<Entry<E>> take(long before) {
    List<Entry<E>> taken = entries;
    entries = new ArrayList<>();
    return taken;
  }

  @Override
  public <T extends SpecificRecordBase> T get(Class<T> type, String key) {
    Map<String, SpecificRecordBase> ofType = records.get(type);
    return ofType == null ? null : type.cast(ofType.get(key));
  }

  @Override
  public void put(String key, SpecificRecordBase entry) {
    records.computeIfAbsent(entry.getClass(), type -> new HashMap<>()).put(key, entry);
  }

  @Override
  public void remove(Class<? extends SpecificRecordBase> type, String key) {
    Map<String, SpecificRecordBase> ofType = records.get(type);
    if (ofType != null) {
      ofType.remove(key);
    }
  }

  boolean isEmpty() {
    return entries.isEmpty() && records.values().stream().allMatch(Map::isEmpty);
  }
}

package dev.weir.ordering;

import dev.weir.encoding.RecordBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Holds waiting entries and remembered records in memory, for the duration of one call.
 *
 * @param <E> an event
 */
final class AllInMemory<E> implements Waiting<E>, Remembered {
  private final Map<Place, Kept> records = new HashMap<>();
  private final NavigableMap<Long, List<Place>> expiring = new TreeMap<>();
  private List<Entry<E>> entries = new ArrayList<>();
  private long reached = Long.MIN_VALUE;
  private long now = Long.MIN_VALUE;

  private record Place(Class<?> type, String entity, String id) {}

  private record Kept(SpecificRecordBase record, long until) {}

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
  public void now(long time) {
    now = time;
    while (!expiring.isEmpty() && expiring.firstKey() < time) {
      for (Place place : expiring.pollFirstEntry().getValue()) {
        // It may have been replaced by one that is needed for longer.
        records.computeIfPresent(place, (p, kept) -> kept.until() < time ? null : kept);
      }
    }
  }

  @Override
  public void sweep(String page) {
    throw new IllegalStateException("there are no pages");
  }

  @Override
  public void limit(ObjLongConsumer<String> sweeps) {
    // There is no other place.
  }

  @Override
  public <T extends SpecificRecordBase> T get(Class<T> type, String entity, String id) {
    Kept kept = records.get(new Place(type, entity, id));
    return kept == null || kept.until() < now ? null : type.cast(kept.record());
  }

  @Override
  public void put(String entity, String id, SpecificRecordBase entry) {
    put(entity, id, entry, RecordBlock.FOREVER);
  }

  @Override
  public void put(String entity, String id, SpecificRecordBase entry, long until) {
    Place place = new Place(entry.getClass(), entity, id);
    records.put(place, new Kept(entry, until));
    if (until != RecordBlock.FOREVER) {
      expiring
          .computeIfAbsent(StateMemory.sweptAt(entity, until), at -> new ArrayList<>())
          .add(place);
    }
  }

  @Override
  public void remove(Class<? extends SpecificRecordBase> type, String entity, String id) {
    records.remove(new Place(type, entity, id));
  }

  boolean isEmpty() {
    return entries.isEmpty() && records.isEmpty();
  }
}

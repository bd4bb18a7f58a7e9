package dev.weir.ordering;

import dev.weir.encoding.RecordBlock;
import dev.weir.encoding.RecordBlock.Change;
import dev.weir.encoding.RecordBlock.Kept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** A page that was read from the state, or does not exist yet, with its changes. */
final class OpenPage {
  private final String path;
  private final String entity;
  private final OpenPage parent;
  private final boolean isStored;
  private final boolean isBranch;
  private final RecordBlock records;

  /** The current records that were read or changed. */
  private final Map<Place, Known> known = new HashMap<>();

  private int children;
  private List<Long> sweeps;
  private boolean changed;

  private record Place(Class<? extends SpecificRecordBase> type, String id) {}

  private record Known(Kept kept, boolean isChanged) {}

  /**
   * @param path the parts that lead to the page, one hexadecimal digit for each level
   * @param parent null for an entity's first page
   * @param stored null if the page does not exist
   * @param none a block without records
   */
  OpenPage(String path, String entity, OpenPage parent, Page stored, RecordBlock none) {
    this.path = path;
    this.entity = entity;
    this.parent = parent;
    isStored = stored != null;
    isBranch = isStored && stored.children() != 0;
    children = isStored ? stored.children() : 0;
    sweeps = isStored ? stored.sweeps() : List.of();
    records = isStored && !isBranch ? stored.records() : none;
  }

  /** Returns the key in the state, which no other page of any entity has. */
  static String key(String path, String entity) {
    return path + ":" + entity;
  }

  String key() {
    return key(path, entity);
  }

  String path() {
    return path;
  }

  int level() {
    return path.length();
  }

  String entity() {
    return entity;
  }

  boolean isStored() {
    return isStored;
  }

  boolean isBranch() {
    return isBranch;
  }

  boolean isChanged() {
    return changed;
  }

  OpenPage parent() {
    return parent;
  }

  int children() {
    return children;
  }

  /** Returns the sweeps that wait for their turn, the earliest first. */
  List<Long> sweeps() {
    return sweeps;
  }

  static String childPath(String path, int part) {
    return path + Character.forDigit(part, 16);
  }

  boolean hasChild(int part) {
    return (children & 1 << part) != 0;
  }

  /** Adds this page to its parent, or removes it. */
  void link(boolean exists) {
    if (parent != null) {
      int bit = 1 << Character.digit(path.charAt(path.length() - 1), 16);
      if (exists != ((parent.children & bit) != 0)) {
        parent.children ^= bit;
        parent.changed = true;
      }
    }
  }

  /** Returns null if there is no such record. */
  Kept get(Class<? extends SpecificRecordBase> type, String id) {
    return known
        .computeIfAbsent(new Place(type, id), place -> new Known(records.get(type, id), false))
        .kept();
  }

  /**
   * @param kept null to remove the record
   */
  void set(Class<? extends SpecificRecordBase> type, String id, Kept kept) {
    known.put(new Place(type, id), new Known(kept, true));
    changed = true;
  }

  /**
   * Drops the expired records when the page is written, if a sweep is due.
   *
   * @param now epoch milliseconds
   */
  void sweep(long now) {
    List<Long> later = sweeps.stream().filter(at -> at > now).toList();
    if (later.size() < sweeps.size()) {
      sweeps = later;
      changed = true;
    }
  }

  /**
   * Returns the records with all changes.
   *
   * @param now those that are needed until an earlier time are removed; epoch milliseconds
   */
  RecordBlock records(long now) {
    List<Change> changes = new ArrayList<>(known.size());
    known.forEach(
        (place, current) -> {
          if (current.isChanged()) {
            changes.add(new Change(place.type(), place.id(), current.kept()));
          }
        });
    return records.with(changes, now);
  }
}

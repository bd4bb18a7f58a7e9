package dev.weir.ordering;

import dev.weir.encoding.AnyRecordCoder;
import dev.weir.encoding.IdHash;
import dev.weir.encoding.RecordBlock;
import dev.weir.encoding.RecordBlock.Kept;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.state.MapState;

/**
 * A {@link Memory} in keyed state. The records of an entity are in one page, and in a tree of pages
 * if they exceed a page, so that most turns read and write one entry of the state. Each page is
 * read once, and written once if it has changed, when the memory is saved. If many pages are used,
 * it is saved in between.
 */
final class StateMemory implements Remembered {

  /** The largest size of a page with several records, in bytes. */
  static final int LARGEST_PAGE = 2_048;

  /** How many pages are in memory at most, 8 MB and the records that were read. */
  static final int MOST_OPEN = 4_000;

  /** The records of an entity are swept once in this interval, so that many are swept together. */
  private static final long SWEPT_EACH = 600_000;

  /**
   * Entities are swept at different multiples of this interval, so that a shard's sweeps are not
   * all due at once. A shorter one would give the shard more lists of waiting entries.
   */
  private static final long APART = 10_000;

  /**
   * How many sweeps a page remembers, which limits its size. A sweep is only set if it is earlier
   * than those that wait, so there are more only if the rules keep records for more than eight
   * different durations.
   */
  static final int MOST_SWEEPS = 8;

  private final MapState<String, Page> state;
  private final RecordBlock none;
  private final int mostOpen;
  private final Map<String, OpenPage> open = new HashMap<>();
  private String lastEntity;
  private OpenPage lastRoot;
  private long now = Long.MIN_VALUE;

  /**
   * @param coder encodes the records
   * @param mostOpen how many pages stay in memory between turns
   */
  StateMemory(MapState<String, Page> state, AnyRecordCoder coder, int mostOpen) {
    this.state = state;
    this.none = RecordBlock.empty(coder);
    this.mostOpen = mostOpen;
  }

  /** Returns the time at which a record is swept, or {@link RecordBlock#FOREVER}. */
  static long sweptAt(String entity, long until) {
    // The entities of a shard have similar hash codes; the upper half of the product differs.
    int mixed = entity.hashCode() * 0x9E3779B9 >>> 16;
    long shift = mixed % (SWEPT_EACH / APART) * APART;
    long at = until - Math.floorMod(until - shift, SWEPT_EACH) + SWEPT_EACH;
    return at > until ? at : RecordBlock.FOREVER;
  }

  @Override
  public void now(long time) {
    now = time;
  }

  @Override
  public <T extends SpecificRecordBase> T get(Class<T> type, String entity, String id) {
    Kept kept = leaf(entity, id).get(type, id);
    return kept == null || kept.until() < now ? null : type.cast(kept.record());
  }

  @Override
  public void put(String entity, String id, SpecificRecordBase entry) {
    put(entity, id, entry, RecordBlock.FOREVER);
  }

  @Override
  public void put(String entity, String id, SpecificRecordBase entry, long until) {
    leaf(entity, id).set(entry.getClass(), id, new Kept(entry, until));
  }

  @Override
  public void remove(Class<? extends SpecificRecordBase> type, String entity, String id) {
    leaf(entity, id).set(type, id, null);
  }

  @Override
  public void sweep(String page) {
    int level = page.indexOf(':');
    OpenPage found = root(page.substring(level + 1));
    for (int n = 0; n < level && found != null; n++) {
      int part = Character.digit(page.charAt(n), 16);
      found = found.isBranch() && found.hasChild(part) ? child(found, part) : null;
    }
    if (found != null && !found.isBranch()) {
      found.sweep(now);
    }
  }

  @Override
  public void limit(ObjLongConsumer<String> sweeps) {
    if (open.size() > mostOpen) {
      save(sweeps);
    }
  }

  private OpenPage leaf(String entity, String id) {
    OpenPage page = root(entity);
    if (page.isBranch()) {
      IdHash hash = IdHash.of(id);
      while (page.isBranch()) {
        page = child(page, hash.part(page.level()));
      }
    }
    return page;
  }

  private OpenPage root(String entity) {
    if (entity.equals(lastEntity)) {
      return lastRoot;
    }
    String key = OpenPage.key("", entity);
    OpenPage page = open.get(key);
    if (page == null) {
      page = new OpenPage("", entity, null, state.get(key).read(), none);
      open.put(key, page);
    }
    lastEntity = entity;
    lastRoot = page;
    return page;
  }

  private OpenPage child(OpenPage branch, int part) {
    String path = OpenPage.childPath(branch.path(), part);
    String key = OpenPage.key(path, branch.entity());
    OpenPage page = open.get(key);
    if (page == null) {
      Page stored = branch.hasChild(part) ? state.get(key).read() : null;
      page = new OpenPage(path, branch.entity(), branch, stored, none);
      open.put(key, page);
    }
    return page;
  }

  /**
   * Writes the changes to the state and closes all pages. Must be called before this object is
   * discarded.
   *
   * @param sweeps receives each page that must be swept, and when, in epoch milliseconds; a page
   *     may be swept more often
   */
  void save(ObjLongConsumer<String> sweeps) {
    List<OpenPage> pages = new ArrayList<>(open.values());
    // Each page before its parent, which changes with it.
    pages.sort(Comparator.comparingInt(OpenPage::level).reversed());
    for (OpenPage page : pages) {
      if (page.isChanged()) {
        save(page, sweeps);
      }
    }
    open.clear();
    lastEntity = null;
    lastRoot = null;
  }

  private void save(OpenPage page, ObjLongConsumer<String> sweeps) {
    RecordBlock records = page.isBranch() ? none : page.records(now);
    // Without records it exists as long as a sweep waits, so that no further one is set meanwhile.
    boolean exists =
        page.isBranch() ? page.children() != 0 : !records.isEmpty() || !page.sweeps().isEmpty();
    if (!exists) {
      if (page.isStored()) {
        state.remove(page.key());
      }
    } else if (page.isBranch()) {
      state.put(page.key(), Page.branch(page.children()));
    } else {
      put(page.path(), page.entity(), records, page.sweeps(), sweeps);
    }
    page.link(exists);
  }

  private void put(
      String path,
      String entity,
      RecordBlock records,
      List<Long> waiting,
      ObjLongConsumer<String> sweeps) {
    String key = OpenPage.key(path, entity);
    // The ids of a page at the deepest level have the same hash.
    if (records.length() > LARGEST_PAGE && path.length() < IdHash.PARTS && records.isSplittable()) {
      state.put(key, Page.branch(split(path, entity, records, sweeps)));
      return;
    }
    state.put(key, Page.leaf(withNext(waiting, entity, key, records, sweeps), records));
  }

  /** Sets a sweep for the record that expires first, unless one waits that is early enough. */
  private static List<Long> withNext(
      List<Long> waiting,
      String entity,
      String key,
      RecordBlock records,
      ObjLongConsumer<String> sweeps) {
    long at = sweptAt(entity, records.earliest());
    if (at >= (waiting.isEmpty() ? RecordBlock.FOREVER : waiting.get(0))) {
      return waiting;
    }
    sweeps.accept(key, at);
    List<Long> all = new ArrayList<>(waiting);
    all.add(0, at);
    return List.copyOf(all.subList(0, Math.min(all.size(), MOST_SWEEPS)));
  }

  /** Moves the records to further pages. Returns which ones there are. */
  private int split(
      String path, String entity, RecordBlock records, ObjLongConsumer<String> sweeps) {
    RecordBlock[] parts = records.split(path.length());
    int children = 0;
    for (int part = 0; part < parts.length; part++) {
      if (!parts[part].isEmpty()) {
        children |= 1 << part;
        put(OpenPage.childPath(path, part), entity, parts[part], List.of(), sweeps);
      }
    }
    return children;
  }
}

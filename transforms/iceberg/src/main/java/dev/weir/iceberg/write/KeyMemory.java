package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.OtherChanges;
import dev.weir.iceberg.write.TableRows.Key;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a live writer knows about the rows of its keys: where the live row of a key is, or that the
 * table has no row of it. It knows this only of shards that it has written without interruption,
 * and only while nobody else adds rows to the table. What it does not know costs an equality
 * delete, which is always right.
 */
final class KeyMemory {
  private static final Logger LOG = LoggerFactory.getLogger(KeyMemory.class);

  /** What is known about the rows of a key. */
  enum Known {
    /** The table has one row of it, at {@link #file} and {@link #position}. */
    PLACE,
    /** The table has no row of it. */
    NEW,
    NOTHING
  }

  private final Table table;
  private final String sinkId;
  private final KeyBudget budget;
  private final KnownRows rows;
  private final String owner = UUID.randomUUID().toString();
  private final Map<Integer, Shard> shards = new HashMap<>();
  private long bundle = 1;
  private int shardsBegun;
  private boolean lookedBefore;
  private boolean lookedInBundle;
  private boolean joined;
  private boolean closed;

  /** Whether all rows of the table were written by this job since it was empty. */
  private boolean sinceEmpty;

  private long seen;
  private Shard shard;
  private long high;
  private long low;

  /** What the writer has written of one shard without interruption. */
  private static final class Shard {
    /** Part of the hash of each key: the keys of a shard that is begun again are not found. */
    final int id;

    /** Whether no other writer ever wrote the shard, and no key of it was forgotten. */
    boolean complete;

    long bundle;

    Shard(int id, boolean complete) {
      this.id = id;
      this.complete = complete;
    }
  }

  /**
   * @param table the table as its catalog has it, which is refreshed
   * @param budget joined by the first bundle, and left by {@link #close}
   */
  KeyMemory(Table table, String sinkId, KeyBudget budget) {
    this.table = table;
    this.sinkId = sinkId;
    this.budget = budget;
    this.rows = new KnownRows(budget);
  }

  /**
   * Must be called before the first change of a shard in each bundle.
   *
   * @param token what the last call, of whichever writer, returned for the shard; null if there was
   *     none. It must be rolled back with a bundle that fails
   * @return the shard's new token
   */
  String begin(int number, String token) {
    if (closed) {
      throw new IllegalStateException("the writer is closed");
    }
    if (!joined) {
      joined = true;
      budget.join();
    }
    Shard before = shards.get(number);
    if (before == null || !token(before.bundle).equals(token)) {
      boolean untouched = before == null && token == null;
      shards.put(number, new Shard(shardsBegun++, untouched));
    }
    shards.get(number).bundle = bundle;
    return token(bundle);
  }

  private String token(long ofBundle) {
    return owner + ":" + ofBundle;
  }

  /**
   * Checks, once in each bundle, what others have done to the table. If the catalog cannot be
   * reached, everything is forgotten, and the next bundle checks all that was done since the last
   * check.
   */
  void look() {
    if (lookedInBundle) {
      return;
    }
    lookedInBundle = true;
    try {
      check();
    } catch (RuntimeException e) {
      LOG.warn(
          "sink {}: table {} cannot be refreshed; the next deletes are by key",
          sinkId,
          table.name(),
          e);
      // If this was the first check, the next one goes back to the table's first snapshot.
      lookedBefore = true;
      forget();
    }
  }

  private void check() {
    table.refresh();
    Snapshot now = table.currentSnapshot();
    if (lookedBefore) {
      check(now);
    } else {
      sinceEmpty = OtherChanges.isEmpty(now);
      lookedBefore = true;
    }
    sinceEmpty &= OtherChanges.areOfOneAttempt(table.properties(), sinkId);
    seen = now == null ? 0 : now.snapshotId();
  }

  private void check(Snapshot now) {
    OtherChanges others = OtherChanges.ofOtherSinks(table, seen, now, sinkId);
    if (others.mayAddRows()) {
      forget();
      return;
    }
    Set<String> removed = new HashSet<>();
    try {
      for (Snapshot rewrite : others.rewrites()) {
        rewrite.removedDataFiles(table.io()).forEach(file -> removed.add(file.location()));
      }
    } catch (NotFoundException e) {
      forget();
      return;
    }
    rows.removed(removed);
  }

  private void forget() {
    rows.clear();
    keysAreForgotten();
    sinceEmpty = false;
  }

  private void keysAreForgotten() {
    shards.values().forEach(each -> each.complete = false);
  }

  /** The id of the snapshot of the last successful {@link #look}; 0 if there was none. */
  long seen() {
    return seen;
  }

  /** The table's format version at the last successful {@link #look}. */
  int formatVersion() {
    return TableUtil.formatVersion(table);
  }

  Known find(int number, Key key) {
    shard = shards.get(number);
    if (shard == null) {
      return Known.NOTHING;
    }
    hash(key);
    if (rows.find(high, low)) {
      return rows.file().removed ? Known.NOTHING : Known.PLACE;
    }
    return shard.complete && sinceEmpty ? Known.NEW : Known.NOTHING;
  }

  RowFile file() {
    return rows.file();
  }

  int position() {
    return rows.position();
  }

  /** Records the row that replaces the one that was found last, or its first row. */
  void put(RowFile file, int position) {
    if (shard != null && rows.put(high, low, file, position)) {
      keysAreForgotten();
    }
  }

  /** Records that the key that was searched last has no row any more. */
  void remove() {
    if (shard != null) {
      rows.remove(high, low);
    }
  }

  /** Forgets everything, for good. */
  void close() {
    closed = true;
    forget();
    shards.clear();
    if (joined) {
      joined = false;
      budget.leave();
    }
  }

  void endBundle() {
    bundle++;
    lookedInBundle = false;
    if (rows.shrink()) {
      keysAreForgotten();
    }
  }

  private void hash(Key key) {
    KeyHash hash = KeyHash.of(shard.id, key.values());
    high = hash.high();
    low = hash.low();
  }
}

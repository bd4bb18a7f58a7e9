package dev.weir.verify;

import com.google.common.hash.HashFunction;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;
import dev.weir.verify.InputReader.Effect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares the keys of an input of changes with the rows of changelogs: a key that has a readable
 * change and was never deleted has exactly one row in all of them together, and each row has a
 * change.
 */
final class InputKeys implements InputCheck.Results {
  private static final int DELETED = 1;

  private final HashedRecords keys;
  private final List<ChangelogCheck> rows;

  InputKeys(HashFunction hash, List<ChangelogCheck> rows) {
    this.keys = new HashedRecords(hash, 0);
    this.rows = List.copyOf(rows);
  }

  @Override
  public String name() {
    return "keys";
  }

  @Override
  public String nameOfMore() {
    return "further changes";
  }

  @Override
  public boolean isComplete() {
    return true;
  }

  @Override
  public RecordsCheck.Match match(Effect effect) {
    long id = keys.hash(effect.identity());
    int at = keys.find(id);
    boolean known = at != HashedRecords.NONE;
    if (!known) {
      at = keys.add(id);
    }
    if (effect.deletes()) {
      keys.mark(at, DELETED);
    }
    return known ? RecordsCheck.Match.DUPLICATE : RecordsCheck.Match.NEW;
  }

  /** Reports what differs, after the input was read. */
  void compare(InputPort port, InputReader reader, VerifyRules rules, Differences differences) {
    Set<Long> missing = new HashSet<>();
    long[] more = {0};
    keys.forEach(
        at -> {
          if (!keys.has(at, DELETED)
              && rows.stream().noneMatch(check -> check.isLive(keys.id(at)))) {
            if (rules.running() || rows.stream().anyMatch(check -> !check.isComplete())) {
              port.counts().count("keys without a row yet");
            } else if (missing.size() < Differences.SHOWN) {
              missing.add(keys.id(at));
            } else {
              more[0]++;
            }
          }
        });
    if (!missing.isEmpty()) {
      report(port, reader, missing, differences);
      differences.addMore(more[0]);
    }
    if (port.complete()) {
      for (ChangelogCheck check : rows) {
        check.forEachLive(
            id -> {
              if (keys.find(id) == HashedRecords.NONE) {
                differences.add(check.ofLive(id, "has no change in --" + port.option()));
              }
            });
      }
    }
    differences.write();
  }

  /** Reads the input again for the names of the keys. */
  private void report(
      InputPort port, InputReader reader, Set<Long> missing, Differences differences) {
    List<Difference> found = new ArrayList<>();
    port.records()
        .forEach(
            new RawRecords.Handler() {
              @Override
              public void record(RawRecord record) {
                try {
                  Effect effect = reader.read(record);
                  if (effect.identity() != null && missing.remove(keys.hash(effect.identity()))) {
                    found.add(
                        new Difference(
                            port.option(),
                            "key",
                            effect.identity(),
                            "has changes but no row",
                            List.of(),
                            null,
                            null));
                  }
                } catch (UnreadableRecord e) {
                  // A dead letter, which is compared elsewhere.
                }
              }

              @Override
              public void unreadable(Origin origin, UnreadableRecord why) {}
            });
    found.forEach(differences::add);
  }
}

package dev.weir.spend;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The panes and blocks of one account, in memory. */
final class MemoryStore implements PaneStore {
  private final Map<Long, Amounts> amounts = new HashMap<>();
  private final Map<Long, Block> tree = new HashMap<>();

  @Override
  public Amounts amounts(long pane) {
    return amounts.getOrDefault(pane, Amounts.NONE);
  }

  @Override
  public void keep(long pane, Amounts changed) {
    if (changed.isEmpty()) {
      amounts.remove(pane);
    } else {
      amounts.put(pane, changed);
    }
  }

  @Override
  public List<Long> panes() {
    return PaneStore.copy(amounts.keySet());
  }

  @Override
  public Block block(long id) {
    return tree.getOrDefault(id, Block.EMPTY);
  }

  @Override
  public void keep(long id, Block changed) {
    if (changed.isEmpty()) {
      tree.remove(id);
    } else {
      tree.put(id, changed);
    }
  }

  @Override
  public List<Long> blocks() {
    return PaneStore.copy(tree.keySet());
  }
}

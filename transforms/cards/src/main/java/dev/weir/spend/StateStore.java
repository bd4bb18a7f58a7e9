package dev.weir.spend;

import java.util.List;
import org.apache.beam.sdk.state.MapState;

/** The panes and blocks of one account, in Beam state. */
record StateStore(MapState<Long, Amounts> amounts, MapState<Long, Block> tree)
    implements PaneStore {

  @Override
  public Amounts amounts(long pane) {
    Amounts kept = amounts.get(pane).read();
    return kept == null ? Amounts.NONE : kept;
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
    return PaneStore.copy(amounts.keys().read());
  }

  @Override
  public Block block(long id) {
    Block kept = tree.get(id).read();
    return kept == null ? Block.EMPTY : kept;
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
    return PaneStore.copy(tree.keys().read());
  }
}

package dev.weir.spend;

import java.util.List;

/**
 * Consecutive changes of what an account spends in one currency, by pane. Immutable.
 *
 * @param panes in ascending order, at least one
 * @param changes the number of changes
 * @param revision what {@link Front#revisionAfter} gives for these changes alone
 */
record AccountChanges(List<PaneChanges> panes, int changes, long revision) {}

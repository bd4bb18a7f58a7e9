/**
 * What accounts spend in sliding windows. {@link dev.weir.spend.MeasureSpend} is the transform;
 * begin there. {@link dev.weir.spend.AccountWindows} is one account without Beam, {@link
 * dev.weir.spend.PaneTree} adds up its panes, and {@link dev.weir.spend.WindowPlan} cuts windows
 * into them. The last row of a window is exact, whatever the order in which amounts are added and
 * taken back within the retention. What a change costs does not depend on how many open windows it
 * belongs to.
 */
package dev.weir.spend;

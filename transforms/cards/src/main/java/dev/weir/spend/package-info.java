/**
 * Measures what accounts spend in sliding windows. {@link dev.weir.spend.MeasureSpend} is the
 * transform; start there. {@link dev.weir.spend.HeldChanges} adds up the changes of a bundle before
 * they are sent to their account, {@link dev.weir.spend.AccountWindows} handles one account, {@link
 * dev.weir.spend.PaneTree} sums up its panes, and {@link dev.weir.spend.WindowPlan} divides windows
 * into panes. The last row of a window is exact, regardless of the order in which amounts are added
 * and retracted within the retention. The cost of a change does not depend on how many open windows
 * contain it.
 */
package dev.weir.spend;

package dev.weir.spend;

/**
 * Consecutive changes of the amounts of one pane. Immutable.
 *
 * @param pane the number of the pane
 * @param added the amounts that were added, in any order; do not modify the array
 * @param others the other amounts, by how often they were added or, if negative, retracted
 * @param changes the number of changes
 * @param retracted the latest commit of a retraction, epoch milliseconds; {@link Front#NEVER} if
 *     there is none
 */
record PaneChanges(long pane, long[] added, Amounts others, int changes, long retracted) {

  /** Returns the sum of all changes. */
  Amounts sum() {
    return Amounts.of(added).plus(others);
  }
}

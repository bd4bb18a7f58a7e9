package dev.weir.ordering;

import java.util.function.ObjLongConsumer;

/** A {@link Memory} as the order of turns uses it. */
interface Remembered extends Memory {

  /**
   * Sets the time of the current turn. It does not decrease.
   *
   * @param time epoch milliseconds
   */
  void now(long time);

  /**
   * Removes the records of a page that are no longer needed.
   *
   * @param page the key of the page
   */
  void sweep(String page);

  /**
   * Writes what is in memory to the state if it is too much. Called between turns.
   *
   * @param sweeps receives each page that must be swept, and when, in epoch milliseconds
   */
  void limit(ObjLongConsumer<String> sweeps);
}

package dev.weir.ordering;

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
}

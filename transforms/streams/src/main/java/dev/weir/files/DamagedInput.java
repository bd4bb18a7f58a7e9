package dev.weir.files;

import java.io.IOException;

/**
 * Reports that a compressed file contains bytes that its format does not allow. Unlike after any
 * other {@link IOException}, a second read fails in the same way.
 */
final class DamagedInput extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean complete;

  /**
   * @param complete whether everything that was written to the file has been read, as far as its
   *     format shows: the damage is in the checksum or after the end
   */
  DamagedInput(String message, boolean complete) {
    super(message);
    this.complete = complete;
  }

  boolean isComplete() {
    return complete;
  }
}

package dev.weir.files;

import java.io.IOException;

/**
 * A compressed file has bytes that its format does not allow. Unlike another {@link IOException},
 * reading again gives the same.
 */
final class DamagedInput extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean complete;

  /**
   * @param complete whether what was read before is all that the file was written with, as far as
   *     its format shows: the damage is in the checksum or after the end
   */
  DamagedInput(String message, boolean complete) {
    super(message);
    this.complete = complete;
  }

  boolean isComplete() {
    return complete;
  }
}

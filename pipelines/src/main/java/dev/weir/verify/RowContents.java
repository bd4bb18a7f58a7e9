package dev.weir.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * Hashes the contents of rows. If some fields can be erased, the lower bits are the hash of those,
 * or 0 if all are null, and the upper ones that of all others.
 */
record RowContents(OutputKind<?> kind, HashedRecords hashes) {
  private static final long ERASABLE = (1L << 24) - 1;

  long of(byte[] json, JsonNode read) {
    if (!kind.hasErasure()) {
      return hashes.hash(json);
    }
    String erasable = kind.erasableOf(read);
    long kept = hashes.hash(kind.withoutErasable(read).toString().getBytes(StandardCharsets.UTF_8));
    return kept & ~ERASABLE
        | (erasable.isEmpty() ? 0 : Math.max(1, hashes.hash(erasable) & ERASABLE));
  }

  /**
   * Returns whether a row of a table differs from its record only because a person was erased.
   *
   * @param content the content of the row
   * @param record the content of the record
   */
  boolean isErased(Found row, long content, long record) {
    return kind.hasErasure()
        && row.row() != null
        // Also that the lower bits of the row are 0.
        && (record & ~ERASABLE) == content
        && kind.isErased(row.row());
  }
}

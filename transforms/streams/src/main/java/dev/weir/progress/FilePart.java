package dev.weir.progress;

/**
 * A part of a file, or all of it.
 *
 * @param start where in the file the part begins, in bytes
 * @param length its length in bytes; of a compressed file, compressed bytes
 */
public record FilePart(String file, long start, long length) {

  /** A whole file. */
  public static FilePart whole(String file, long length) {
    return new FilePart(file, 0, length);
  }
}

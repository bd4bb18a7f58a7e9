package dev.weir.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where runs keep their files, and how long they are.
 *
 * @param isQuick short runs with small inputs
 */
public record Bench(Path folder, boolean isQuick) {

  /** Returns the size of a full run, or of a quick one. */
  public long size(long full, long quick) {
    return isQuick ? quick : full;
  }

  /** Returns a new folder. */
  public Path folder(String name) throws IOException {
    return Files.createTempDirectory(folder, name + "-");
  }
}

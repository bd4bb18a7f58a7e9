package dev.weir.benchmarks.compare;

import java.nio.file.Files;
import java.nio.file.Path;

/** The files of the repository, whether a process runs in its root or in this module. */
public final class Checkout {
  private static final String MODULE = "benchmarks";
  private static final Path ROOT = Path.of(Files.isDirectory(Path.of(MODULE)) ? "" : "..");

  private Checkout() {}

  /**
   * Returns the folder of a module.
   *
   * @param path from the root, such as {@code benchmarks/peers}
   */
  static Path module(String path) {
    return ROOT.resolve(path).toAbsolutePath().normalize();
  }

  /** The measured figures that are kept. */
  public static Path figures() {
    return module(MODULE).resolve("figures.json");
  }

  /** The page that shows them. */
  public static Path page() {
    return module("docs").resolve("benchmarks.md");
  }
}

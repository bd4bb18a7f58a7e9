package dev.weir.it;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.Matchers.greaterThan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The checkpoints of one job, in its folder. */
public final class Checkpoints {
  /**
   * An argument that makes checkpoints cheap: each step writes every key group, and an empty one
   * costs about as much as one with a little state.
   */
  public static final String FEW_KEY_GROUPS = "--maxParallelism=16";

  private static final String NAME = "chk-";

  private final Path folder;

  /**
   * @param folder the folder of the embedded stack
   */
  public Checkpoints(Path folder, String job) {
    this.folder = folder.resolve("checkpoints").resolve(job);
  }

  /** Returns the number of the last complete one; 0 if there is none. */
  public int last() {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> Files.exists(path.resolve("_metadata")))
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(NAME))
          .mapToInt(name -> Integer.parseInt(name.substring(NAME.length())))
          .max()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a checkpoint that begins after this call. */
  public void awaitOneFromNowOn() {
    // The next one may be under way.
    int next = last() + 1;
    eventually(this::last, greaterThan(next));
  }

  /**
   * Returns the path of the last one. Only for a job that has ended: a running job may delete it.
   */
  public String path() {
    return folder.resolve(NAME + last()).toUri().toString();
  }
}

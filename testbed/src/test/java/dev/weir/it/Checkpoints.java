package dev.weir.it;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.Matchers.greaterThan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The checkpoints of one job, in the folder it keeps them in. */
public final class Checkpoints {
  private static final String NAME = "chk-";

  private final Path folder;

  /**
   * @param folder of the embedded stack
   */
  public Checkpoints(Path folder, String job) {
    this.folder = folder.resolve("checkpoints").resolve(job);
  }

  /** The number of the last one that is whole; 0 while there is none. */
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

  /** Waits for one that has begun after this call. */
  public void awaitOneFromNowOn() {
    // The next one may be under way.
    int next = last() + 1;
    eventually(this::last, greaterThan(next));
  }

  /** Where the last one lies; only where the job is over, or it may be gone. */
  public String path() {
    return folder.resolve(NAME + last()).toUri().toString();
  }
}

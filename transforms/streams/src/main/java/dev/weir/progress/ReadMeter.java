package dev.weir.progress;

import java.io.Serializable;
import java.util.Collection;
import java.util.Objects;

/**
 * Receives what the steps of one input read. The reports reach the {@link ReadProgress} of the run
 * if it is open in the process in which the step runs; in any other process they are dropped.
 */
public final class ReadMeter implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final long NO_RUN = -1;
  private static final ReadMeter UNWATCHED = new ReadMeter(NO_RUN, "");

  private final long run;
  private final String input;

  private ReadMeter(long run, String input) {
    this.run = run;
    this.input = input;
  }

  /**
   * @param run the id of the run, unique in this process and not negative
   * @param input the name of the input, unique in the run
   */
  public static ReadMeter of(long run, String input) {
    if (run < 0) {
      throw new IllegalArgumentException("the id of a run must not be negative: " + run);
    }
    return new ReadMeter(run, Objects.requireNonNull(input));
  }

  /** A meter that drops all reports. */
  public static ReadMeter unwatched() {
    return UNWATCHED;
  }

  /** Returns whether the reports of this process reach a {@link ReadProgress}. */
  public boolean isWatched() {
    return ReadProgress.of(run) != null;
  }

  /**
   * Reports the parts that the input consists of. Reported again, they replace nothing and count
   * once.
   */
  public void expect(Collection<FilePart> parts) {
    ReadProgress progress = ReadProgress.of(run);
    if (progress != null) {
      progress.expect(input, parts);
    }
  }

  /** Begins an attempt at reading a file from its beginning to its end. */
  public PartMeter begin(String file) {
    return begin(file, 0);
  }

  /**
   * Begins an attempt at reading a part of a file.
   *
   * @param start where in the file the part begins, in bytes
   */
  public PartMeter begin(String file, long start) {
    ReadProgress progress = ReadProgress.of(run);
    return new PartMeter(progress == null ? new PartCount() : progress.begin(input, file, start));
  }
}

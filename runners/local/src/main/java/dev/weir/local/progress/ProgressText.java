package dev.weir.local.progress;

import dev.weir.progress.ReadTotals;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Describes in one line how far a bounded run is. The same in every locale. */
final class ProgressText {
  /** The share of the input from which the rest of the time can be estimated. */
  private static final double ENOUGH_TO_ESTIMATE = 0.03;

  private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private ProgressText() {}

  /**
   * Describes a run that has not ended.
   *
   * @param read what was read in this process
   * @param state what the job has done, in a few words, if it is known
   * @param elapsed since the start of the run
   * @param reading since the first read, while input is read
   */
  static String running(
      ReadTotals read, Optional<String> state, Duration elapsed, Duration reading) {
    if (!read.isBegun()) {
      return "running"
          + state.map(done -> ": " + done).orElse("")
          + "; "
          + time(elapsed)
          + " so far";
    }
    if (read.isRead()) {
      return "read "
          + counted(read.files(), "file")
          + ", "
          + counted(read.records(), "record")
          + "; deciding and writing"
          + state.map(done -> ", " + done).orElse("")
          + "; "
          + time(elapsed)
          + " so far";
    }
    return "reading: "
        + (read.isSized()
            ? number(read.filesRead()) + " of " + counted(read.files(), "file")
            : counted(read.filesRead(), "file"))
        + ", "
        + counted(read.records(), "record")
        + (read.isSized() ? ", " + percent(read) + " of " + size(read.bytes()) : "")
        + "; "
        + time(elapsed)
        + " so far"
        + left(read, reading);
  }

  /**
   * Describes a run that has succeeded.
   *
   * @param elapsed since the start of the run
   */
  static String ended(ReadTotals read, Duration elapsed) {
    boolean all = read.bytesRead() == read.bytes();
    return "read: "
        + (read.isRead() ? "" : number(read.filesRead()) + " of ")
        + counted(read.files(), "file")
        + ", "
        + counted(read.records(), "record")
        + ", "
        + (all ? "" : number(read.bytesRead()) + " of ")
        + counted(read.bytes(), "byte")
        + "; the run took "
        + time(elapsed);
  }

  private static double share(ReadTotals read) {
    return read.bytes() == 0 ? 0 : (double) read.bytesRead() / read.bytes();
  }

  /** Rounded down: 100% means everything. */
  private static String percent(ReadTotals read) {
    return (int) Math.floor(100 * share(read)) + "%";
  }

  private static String left(ReadTotals read, Duration reading) {
    double share = share(read);
    if (!read.isSized() || share < ENOUGH_TO_ESTIMATE || reading.isZero()) {
      return "";
    }
    long seconds = Math.round(reading.toMillis() * (1 - share) / share / 1_000);
    return ", about " + time(Duration.ofSeconds(seconds)) + " of reading left";
  }

  /** Such as {@code 9 s}, {@code 4 min 10 s} or {@code 3 h 5 min}. */
  static String time(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3_600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : number(seconds / 3_600) + " h " + seconds % 3_600 / 60 + " min";
  }

  /** With decimal units, such as {@code 812 bytes} or {@code 1.2 GB}. */
  static String size(long bytes) {
    if (bytes < 1_000) {
      return counted(bytes, "byte");
    }
    double size = bytes;
    int unit = -1;
    // Not below 999.95, which would be rounded to 1000.0.
    while (size >= 999.95) {
      size /= 1_000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }

  static String counted(long number, String what) {
    return number(number) + " " + what + (number == 1 ? "" : "s");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}

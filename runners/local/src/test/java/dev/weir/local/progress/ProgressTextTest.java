package dev.weir.local.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.progress.ReadTotals;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTextTest {
  private static final ReadTotals NOTHING = new ReadTotals(8, 0, 1_200_000_000, 0, 0, true, false);

  private static final ReadTotals HALF =
      new ReadTotals(8, 3, 1_200_000_000, 498_000_000, 412_345, true, true);

  private static final ReadTotals ALL =
      new ReadTotals(8, 8, 1_200_000_000, 1_200_000_000, 1_000_000, true, true);

  private static final Optional<String> UNKNOWN = Optional.empty();
  private static final Optional<String> TASKS = Optional.of("12 of 126 tasks finished");

  @Test
  void whileInputIsRead() {
    assertThat(
        running(HALF, TASKS, 25, 20),
        is(
            "reading: 3 of 8 files, 412,345 records, 41% of 1.2 GB; 25 s so far, about 28 s of"
                + " reading left"));
  }

  @Test
  void theRestOfTheTimeIsNotGuessedFromLittle() {
    ReadTotals little = new ReadTotals(1, 0, 10_000, 299, 7, true, true);
    ReadTotals enough = new ReadTotals(1, 0, 10_000, 300, 7, true, true);

    assertThat(
        running(little, UNKNOWN, 9, 6),
        is("reading: 0 of 1 file, 7 records, 2% of 10.0 kB; 9 s so far"));
    assertThat(
        running(enough, UNKNOWN, 9, 6),
        is(
            "reading: 0 of 1 file, 7 records, 3% of 10.0 kB; 9 s so far, about 3 min 14 s of"
                + " reading left"));
  }

  @Test
  void aHundredPerCentMeansEverything() {
    assertThat(
        running(new ReadTotals(2, 1, 1_000_000, 999_999, 1, true, true), UNKNOWN, 100, 100),
        is(
            "reading: 1 of 2 files, 1 record, 99% of 1.0 MB; 1 min 40 s so far, about 0 s of"
                + " reading left"));
  }

  @Test
  void aTableWhoseFilesAreNotPlannedYetHasNoSize() {
    assertThat(
        running(new ReadTotals(4, 1, 5_000, 3_000, 99, false, true), TASKS, 25, 20),
        is("reading: 1 file, 99 records; 25 s so far"));
  }

  @Test
  void afterTheInputIsRead() {
    assertThat(
        running(ALL, TASKS, 95, 80),
        is(
            "read 8 files, 1,000,000 records; deciding and writing, 12 of 126 tasks finished;"
                + " 1 min 35 s so far"));
    assertThat(
        running(ALL, UNKNOWN, 95, 80),
        is("read 8 files, 1,000,000 records; deciding and writing; 1 min 35 s so far"));
  }

  /** Before the first read, and in a run whose steps are in other processes. */
  @Test
  void whatIsNotReadInThisProcessIsNotShown() {
    assertThat(running(NOTHING, UNKNOWN, 5, 0), is("running; 5 s so far"));
    assertThat(
        running(NOTHING, TASKS, 65, 0), is("running: 12 of 126 tasks finished; 1 min 5 s so far"));
  }

  @Test
  void theEndCountsExactly() {
    assertThat(
        ProgressText.ended(ALL, Duration.ofSeconds(38)),
        is("read: 8 files, 1,000,000 records, 1,200,000,000 bytes; the run took 38 s"));
    assertThat(
        ProgressText.ended(new ReadTotals(1, 1, 1, 1, 1, true, true), Duration.ofMillis(4_999)),
        is("read: 1 file, 1 record, 1 byte; the run took 4 s"));
    assertThat(
        ProgressText.ended(HALF, Duration.ofSeconds(38)),
        is(
            "read: 3 of 8 files, 412,345 records, 498,000,000 of 1,200,000,000 bytes; the run took"
                + " 38 s"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "59, 59 s",
    "60, 1 min 0 s",
    "3599, 59 min 59 s",
    "3600, 1 h 0 min",
    "11100, 3 h 5 min",
    "7200000, '2,000 h 0 min'"
  })
  void times(long seconds, String text) {
    assertThat(ProgressText.time(Duration.ofSeconds(seconds)), is(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1, 1 byte",
    "999, 999 bytes",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "1498576, 1.5 MB",
    "9223372036854775807, 9.2 EB"
  })
  void sizes(long bytes, String text) {
    assertThat(ProgressText.size(bytes), is(text));
  }

  @Test
  void theTextIsTheSameInEveryLocale() {
    String text = running(HALF, TASKS, 25, 20);
    Locale before = Locale.getDefault();
    try {
      for (String other : new String[] {"de-DE", "ar-EG", "hi-IN-u-nu-deva"}) {
        Locale.setDefault(Locale.forLanguageTag(other));
        assertThat(running(HALF, TASKS, 25, 20), is(text));
        assertThat(ProgressText.size(1_498_576), is("1.5 MB"));
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String running(
      ReadTotals read, Optional<String> state, long elapsed, long reading) {
    return ProgressText.running(
        read, state, Duration.ofSeconds(elapsed), Duration.ofSeconds(reading));
  }
}

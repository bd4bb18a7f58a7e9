package dev.weir.local.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import dev.weir.progress.FilePart;
import dev.weir.progress.PartMeter;
import dev.weir.progress.QuestionMeter;
import dev.weir.progress.ReadMeter;
import dev.weir.progress.ReadProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When lines are shown; the clock moves only when a test moves it. */
class RunProgressTest {
  private static final long RUN = 2_345_678;

  private final StringWriter printed = new StringWriter();
  private final ReadProgress read = ReadProgress.open(RUN);
  private final ReadMeter meter = ReadMeter.of(RUN, "applications");
  private Optional<String> state = Optional.empty();
  private long now = 77;

  @AfterEach
  void close() {
    read.close();
  }

  @Test
  void aFileGetsALineEveryTenSeconds() {
    RunProgress progress = progress(false);
    meter.expect(List.of(FilePart.whole("a", 1_000)));
    after(progress, 4);
    PartMeter attempt = meter.begin("a");
    after(progress, 4);
    attempt.record();
    attempt.reached(250);
    after(progress, 2);
    after(progress, 9);
    attempt.complete();
    state = Optional.of("1 of 63 tasks finished");
    after(progress, 1);
    after(progress, 4);
    QuestionMeter.of(RUN).done();
    after(progress, 6);
    state = Optional.empty();
    QuestionMeter.of(RUN).done();
    after(progress, 10);
    progress.succeeded();

    assertThat(
        printed.toString().lines().toList(),
        contains(
            "reading: 0 of 1 file, 1 record, 25% of 1.0 kB; 10 s so far, about 6 s of reading left",
            "read 1 file, 1 record; deciding and writing, 1 of 63 tasks finished; 20 s so far",
            "read 1 file, 1 record; deciding and writing, 1 question done, 1 of 63 tasks finished;"
                + " 30 s so far",
            "read 1 file, 1 record; deciding and writing, 2 questions done; 40 s so far",
            "read: 1 file, 1 record, 1,000 bytes; the run took 40 s"));
  }

  @Test
  void aShortRunPrintsOnlyItsLastLine() {
    for (boolean terminal : new boolean[] {true, false}) {
      RunProgress progress = progress(terminal);
      meter.begin("a").complete();
      after(progress, 4);
      progress.succeeded();
    }

    assertThat(
        printed.toString().lines().toList(),
        contains(
            "read: 1 of 1 file, 0 records, 0 bytes; the run took 4 s",
            "read: 1 of 1 file, 0 records, 0 bytes; the run took 4 s"));
  }

  @Test
  void aTerminalShowsTheNextLineInPlaceOfTheOneBeforeIt() {
    RunProgress progress = progress(true);
    after(progress, 5);
    after(progress, 1);
    meter.expect(List.of(FilePart.whole("a", 0)));
    meter.begin("a").complete();
    progress.succeeded();

    assertThat(
        printed.toString(),
        is(
            "\r\u001b[?7lrunning; 5 s so far\u001b[K\u001b[?7h"
                + "\r\u001b[?7lrunning; 6 s so far\u001b[K\u001b[?7h"
                + "\r\u001b[?7l\u001b[K\u001b[?7h"
                + "read: 1 file, 0 records, 0 bytes; the run took 6 s"
                + System.lineSeparator()));
  }

  @Test
  void aFailedRunErasesItsLineAndPrintsNothing() {
    RunProgress progress = progress(true);
    after(progress, 5);
    progress.close();

    assertThat(
        printed.toString(),
        is("\r\u001b[?7lrunning; 5 s so far\u001b[K\u001b[?7h" + "\r\u001b[?7l\u001b[K\u001b[?7h"));
  }

  @Test
  void aRunInOtherProcessesShowsOnlyWhatTheRunnerKnows() {
    RunProgress progress = progress(false);
    meter.expect(List.of(FilePart.whole("a", 1_000)));
    state = Optional.of("5 of 63 tasks finished");
    after(progress, 10);
    progress.succeeded();

    assertThat(
        printed.toString().lines().toList(),
        contains("running: 5 of 63 tasks finished; 10 s so far"));
  }

  private RunProgress progress(boolean terminal) {
    return new RunProgress(
        read, () -> state, new Screen(new PrintWriter(printed), terminal), () -> now);
  }

  private void after(RunProgress progress, int seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
    progress.look();
  }
}

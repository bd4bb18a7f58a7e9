package dev.weir.local.progress;

import dev.weir.progress.FilePart;
import dev.weir.progress.ReadMeter;
import dev.weir.progress.ReadProgress;
import dev.weir.progress.ReadTotals;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a bounded run is: what it has read, counted in this process, and what the runner
 * knows of its job. A run whose steps are in other processes shows only the latter.
 */
public final class RunProgress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);

  /** A shorter run shows only its last line. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofMillis(500);

  private final ReadProgress read;
  private final Supplier<Optional<String>> state;
  private final Screen screen;
  private final LongSupplier nanos;
  private final long start;
  private Thread thread;
  private long readSince;
  private boolean begun;
  private long shownAt;

  RunProgress(
      ReadProgress read, Supplier<Optional<String>> state, Screen screen, LongSupplier nanos) {
    this.read = read;
    this.state = state;
    this.screen = screen;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.shownAt = start;
  }

  /**
   * Begins to show a run.
   *
   * @param run the id that the run's meters have
   * @param files the input files, by the name of the input; not those that a step finds
   * @param state what the job has done, in a few words; empty while it is not known
   */
  public static RunProgress start(
      long run,
      Map<String, List<FilePart>> files,
      Supplier<Optional<String>> state,
      PrintWriter err) {
    ReadProgress read = ReadProgress.open(run);
    files.forEach((input, parts) -> ReadMeter.of(run, input).expect(parts));
    RunProgress progress =
        new RunProgress(read, state, new Screen(err, Screen.isTerminal()), System::nanoTime);
    progress.thread = new Thread(progress::lookOften, "weir-progress");
    progress.thread.setDaemon(true);
    progress.thread.start();
    return progress;
  }

  private void lookOften() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The run does not depend on it.
      LOG.warn("the progress is no longer shown", e);
    }
  }

  /** Shows a line if it is time for one. */
  synchronized void look() {
    long now = nanos.getAsLong();
    ReadTotals totals = read.totals();
    if (totals.isBegun() && !begun) {
      begun = true;
      readSince = now;
    }
    if (now - start < QUIET.toNanos() || now - shownAt < screen.interval().toNanos()) {
      return;
    }
    shownAt = now;
    screen.show(
        ProgressText.running(
            totals, done(), since(start, now), begun ? since(readSince, now) : Duration.ZERO));
  }

  private Optional<String> done() {
    long questions = read.questions();
    Optional<String> known = state.get();
    if (questions == 0) {
      return known;
    }
    String asked = ProgressText.counted(questions, "question") + " done";
    return Optional.of(known.map(more -> asked + ", " + more).orElse(asked));
  }

  private static Duration since(long then, long now) {
    return Duration.ofNanos(now - then);
  }

  /** The run has succeeded: prints what it has read, if it was read in this process. */
  public void succeeded() {
    stop();
    ReadTotals totals = read.totals();
    if (totals.isBegun()) {
      screen.print(ProgressText.ended(totals, since(start, nanos.getAsLong())));
    }
  }

  /** Shows nothing more. */
  @Override
  public void close() {
    stop();
    read.close();
  }

  private void stop() {
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread = null;
    }
    screen.clear();
  }
}

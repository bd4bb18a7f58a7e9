package dev.weir.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What another process uses, observed from outside ten times per second, so that all sides are
 * measured in the same way.
 */
final class ProcessUsage {
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

  private final ProcessHandle process;
  private volatile double processorSeconds;
  private volatile long residentMebibytes;

  private ProcessUsage(ProcessHandle process) {
    this.process = process;
  }

  /** Observes a process until it ends. */
  static ProcessUsage watch(ProcessHandle process) {
    ProcessUsage usage = new ProcessUsage(process);
    Thread watcher = new Thread(usage::observe, "usage of " + process.pid());
    watcher.setDaemon(true);
    watcher.start();
    return usage;
  }

  private void observe() {
    while (process.isAlive()) {
      process
          .info()
          .totalCpuDuration()
          .map(Duration::toMillis)
          .ifPresent(millis -> processorSeconds = Math.max(processorSeconds, millis / 1e3));
      residentMebibytes = Math.max(residentMebibytes, residentPeak());
      LockSupport.parkNanos(INTERVAL);
    }
  }

  /** Linux knows the largest size of a process; other systems do not tell. */
  private long residentPeak() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
          .findAny()
          .orElse(0);
    } catch (IOException e) {
      // It has just ended.
      return 0;
    }
  }

  /** Returns the processor time of all threads so far. */
  double processorSeconds() {
    return processorSeconds;
  }

  /** Returns 0 where the system does not report it. */
  long residentMebibytes() {
    return residentMebibytes;
  }
}

package dev.weir.kafka.once;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs commits in the calling thread: those that are due now at once, the others when told. */
final class ManualCommits extends ScheduledThreadPoolExecutor {
  private final List<Runnable> later = new ArrayList<>();

  ManualCommits() {
    super(0);
  }

  @Override
  public void execute(Runnable command) {
    command.run();
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    later.add(command);
    return null;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  /** Runs one of the commits whose time has come. */
  void runOne(Random random) {
    if (!later.isEmpty()) {
      later.remove(random.nextInt(later.size())).run();
    }
  }
}

package dev.weir.demo;

import dev.weir.folders.OwnerOnly;
import dev.weir.folders.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;

/** The environment of every demo: the screen, Ctrl-C handling, and a folder for its files. */
final class DemoSession implements AutoCloseable {
  private final Screen screen = Screen.onConsole();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Path folder;
  private final Runnable end;

  private DemoSession(Path folder, Runnable end) {
    this.folder = folder;
    this.end = end;
  }

  /**
   * @param dir the folder, which is kept when the demo ends; null for a temporary folder, which is
   *     deleted
   */
  static DemoSession begin(Path dir) throws IOException {
    DemoSession session = dir == null ? inTemporaryFolder() : inFolder(dir);
    Signals.register("INT", session.stop::countDown);
    Signals.register("TERM", session.stop::countDown);
    return session;
  }

  private static DemoSession inTemporaryFolder() {
    TemporaryFolder folder = TemporaryFolder.create("demo");
    return new DemoSession(folder.path(), folder::close);
  }

  private static DemoSession inFolder(Path dir) throws IOException {
    return new DemoSession(OwnerOnly.folder(dir), () -> {});
  }

  Screen screen() {
    return screen;
  }

  Path folder() {
    return folder;
  }

  /** Counted down when the user stops the demo. */
  CountDownLatch stop() {
    return stop;
  }

  @Override
  public void close() {
    end.run();
  }
}

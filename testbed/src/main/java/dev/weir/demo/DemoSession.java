package dev.weir.demo;

import dev.weir.local.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;

/** The environment of every demo: the screen, Ctrl-C handling, and a folder for its files. */
final class DemoSession implements AutoCloseable {
  private final Screen screen = Screen.onConsole();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Path folder;
  private final boolean temporary;

  private DemoSession(Path folder, boolean temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /**
   * @param dir the folder, which is kept when the demo ends; null for a temporary folder, which is
   *     deleted
   */
  static DemoSession begin(Path dir) throws IOException {
    DemoSession session =
        dir == null
            ? new DemoSession(Files.createTempDirectory("weir-demo-"), true)
            : new DemoSession(Files.createDirectories(dir), false);
    Signals.register("INT", session.stop::countDown);
    Signals.register("TERM", session.stop::countDown);
    return session;
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
    if (temporary) {
      Folders.delete(folder);
    }
  }
}

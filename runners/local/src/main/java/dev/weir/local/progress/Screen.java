package dev.weir.local.progress;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Where the lines of a running command appear. */
final class Screen {
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  /** Goes back to the start of the line, and lets the terminal cut off what is too wide for it. */
  private static final String BEFORE = "\r\u001b[?7l";

  /** Erases the rest of the line, and lets long lines wrap again. */
  private static final String AFTER = "\u001b[K\u001b[?7h";

  private final PrintWriter out;
  private final boolean terminal;
  private boolean shown;

  /**
   * @param terminal whether a line can be replaced by the next one
   */
  Screen(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Returns whether what this process writes to its standard error is seen on a terminal. */
  static boolean isTerminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      String file = Files.readSymbolicLink(STDERR).toString();
      return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      // Not Linux. Java does not know where standard error goes, only where the others do.
      return System.console() != null;
    }
  }

  /** How often it is worth showing a line. */
  Duration interval() {
    return terminal ? Duration.ofSeconds(1) : Duration.ofSeconds(10);
  }

  /** Shows a line, on a terminal in place of the one before it. */
  void show(String line) {
    if (terminal) {
      out.print(BEFORE + line + AFTER);
      shown = true;
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** Erases the line that would be replaced next. */
  void clear() {
    if (shown) {
      out.print(BEFORE + AFTER);
      out.flush();
      shown = false;
    }
  }

  /** Prints a line that stays. */
  void print(String line) {
    clear();
    out.println(line);
    out.flush();
  }
}

package dev.weir.demo;

import java.io.PrintStream;

/** Shows a demo: one screen that updates in place, or one line per second without a terminal. */
final class Screen {
  private static final String HOME = "\033[H";
  private static final String CLEAR = "\033[2J";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  static final String BOLD = "\033[1m";
  static final String DIM = "\033[2m";
  static final String PLAIN = "\033[0m";

  private final PrintStream out;
  private final boolean inPlace;
  private boolean drawn;
  private String note = "";

  Screen(PrintStream out, boolean inPlace) {
    this.out = out;
    this.inPlace = inPlace;
  }

  /** Updates in place on a terminal that can move its cursor; otherwise prints line by line. */
  static Screen onConsole() {
    String terminal = System.getenv().getOrDefault("TERM", "dumb");
    return new Screen(System.out, System.console() != null && !terminal.equals("dumb"));
  }

  /** Prints a line: progress before the first picture, or the summary after the last. */
  void print(String line) {
    out.println(line);
    out.flush();
  }

  /** Shows a note below all further pictures. */
  void note(String line) {
    note = line;
    if (!inPlace) {
      print(line);
    }
  }

  void show(Picture picture) {
    if (!inPlace) {
      print(picture.line());
      return;
    }
    StringBuilder drawing = new StringBuilder(drawn ? HOME : CLEAR + HOME);
    for (String line : picture.lines()) {
      drawing.append(line).append(CLEAR_LINE).append('\n');
    }
    out.print(drawing.append(note).append(CLEAR_BELOW));
    out.flush();
    drawn = true;
  }
}

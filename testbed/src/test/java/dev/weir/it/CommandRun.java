package dev.weir.it;

import dev.weir.local.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * A command that was run as a user would run it, in this process.
 *
 * @param status its exit status
 * @param out the lines that it printed
 * @param err the lines of its errors
 */
public record CommandRun(int status, List<String> out, List<String> err) {

  /**
   * An argument for the DirectRunner. With more threads, one of them polls for work without a pause
   * and keeps a processor from the steps. Replays and fuzzed inputs run on several threads.
   */
  public static final String ONE_THREAD = "--targetParallelism=1";

  public static CommandRun of(String... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(command);
    return new CommandRun(status, out.toString().lines().toList(), err.toString().lines().toList());
  }

  public String lastLine() {
    return out.get(out.size() - 1);
  }
}

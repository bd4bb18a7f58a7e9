package dev.weir.it.state;

import dev.weir.local.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

/** The output of {@code inspect-state}. */
public record Inspection(int status, List<String> lines, List<String> errors) {
  public static Inspection run(String... arguments) {
    StringWriter lines = new StringWriter();
    StringWriter errors = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(lines))
            .setErr(new PrintWriter(errors, true))
            .execute(
                Stream.concat(Stream.of("inspect-state"), Stream.of(arguments))
                    .toArray(String[]::new));
    return new Inspection(
        status, lines.toString().lines().toList(), errors.toString().lines().toList());
  }
}

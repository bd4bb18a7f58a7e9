package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** The log of a user, as {@code logback.xml} configures it. */
class LogAppenderTest {
  private static final int LIMIT = 10_000;

  @TempDir private Path folder;

  @Test
  void theLogIsBoundedAndOnlyItsOwnerCanReadIt() throws IOException, JoranException {
    LoggerContext context = userLogging(folder.resolve("logs/weir.log"));
    Logger log = context.getLogger("dev.weir.anything");
    int lines = 10 * LIMIT / 50;
    for (int line = 1; line <= lines; line++) {
      log.info("line {} of a job that runs for a year and fails now and then", line);
    }
    context.stop();

    Path logs = folder.resolve("logs");
    List<Path> files = list(logs);
    assertThat(
        files.stream().map(file -> file.getFileName().toString()).toList(),
        containsInAnyOrder("weir.log", "weir.log.1", "weir.log.2", "weir.log.3", "weir.log.4"));
    assertThat(
        "the newest lines are kept",
        Files.readString(logs.resolve("weir.log")) + Files.readString(logs.resolve("weir.log.1")),
        containsString("line " + lines + " of"));
    for (Path file : files) {
      assertThat(file.toString(), Files.size(file), lessThan(2L * LIMIT));
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      List<String> wrong = new ArrayList<>();
      for (Path file : files) {
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        if (!permissions.equals("rw-------")) {
          wrong.add(file + " " + permissions);
        }
      }
      assertThat(wrong, is(empty()));
    }
  }

  private static LoggerContext userLogging(Path file) throws JoranException {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("weir.log", file.toString());
    context.putProperty("weir.log.size", LIMIT + "");
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogAppenderTest.class.getResource("/logback.xml"));
    return context;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}

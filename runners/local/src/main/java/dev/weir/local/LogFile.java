package dev.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.slf4j.LoggerFactory;

/** Where libraries log to, so that the console is left to the command. */
public final class LogFile {
  private static final String PROPERTY = "weir.log";

  private LogFile() {}

  /** Chooses the file, unless {@code -Dweir.log} has; to be called before anything logs. */
  public static void prepare() {
    if (System.getProperty(PROPERTY) == null) {
      try {
        System.setProperty(PROPERTY, Files.createTempFile("weir-", ".log").toString());
      } catch (IOException e) {
        throw new UncheckedIOException("no log file can be made in the temporary folder", e);
      }
    }
    // Or two threads that log first would do so before it is known where to.
    LoggerFactory.getLogger(LogFile.class);
  }

  public static String path() {
    return System.getProperty(PROPERTY, "weir.log");
  }
}

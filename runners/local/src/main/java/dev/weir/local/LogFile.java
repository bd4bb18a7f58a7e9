package dev.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.slf4j.LoggerFactory;

/** The file that libraries log to, so that the console has only the output of the command. */
public final class LogFile {
  private static final String PROPERTY = "weir.log";

  private LogFile() {}

  /** Chooses the file unless {@code -Dweir.log} is set. Must be called before anything logs. */
  public static void prepare() {
    if (System.getProperty(PROPERTY) == null) {
      try {
        System.setProperty(PROPERTY, Files.createTempFile("weir-", ".log").toString());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot create a log file in the temporary folder", e);
      }
    }
    // Otherwise the first threads to log may do so before the file is known.
    LoggerFactory.getLogger(LogFile.class);
  }

  public static String path() {
    return System.getProperty(PROPERTY, "weir.log");
  }
}

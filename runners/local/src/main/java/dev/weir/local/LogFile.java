package dev.weir.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * The file that libraries log to, so that the console has only the output of the command. Unless a
 * file is set with {@code -Dweir.log}, it is a temporary one, which is deleted if a signal ends the
 * process.
 */
public final class LogFile {
  private static final String PROPERTY = "weir.log";

  private static volatile boolean kept;

  private LogFile() {}

  /** Chooses the file unless {@code -Dweir.log} is set. Must be called before anything logs. */
  public static void prepare() {
    if (System.getProperty(PROPERTY) == null) {
      try {
        Path file = Files.createTempFile("weir-", ".log");
        System.setProperty(PROPERTY, file.toString());
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> deleteUnlessKept(file), "weir-delete-log"));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot create a log file in the temporary folder", e);
      }
    }
    // Otherwise the first threads to log may do so before the file is known.
    LoggerFactory.getLogger(LogFile.class);
  }

  /** Keeps the file: the command has ended by itself, and its output may name the file. */
  public static void keep() {
    kept = true;
  }

  private static void deleteUnlessKept(Path file) {
    if (!kept) {
      try {
        Files.deleteIfExists(file);
        for (int old = 1; Files.deleteIfExists(Path.of(file + "." + old)); old++) {}
      } catch (IOException e) {
        LoggerFactory.getLogger(LogFile.class).debug("cannot delete {}", file, e);
      }
    }
  }

  public static String path() {
    return System.getProperty(PROPERTY, "weir.log");
  }
}

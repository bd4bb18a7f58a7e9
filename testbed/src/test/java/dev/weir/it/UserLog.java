package dev.weir.it;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** While it is open, logging is configured as for a user, not as in tests. */
public final class UserLog implements AutoCloseable {
  private final Path file;

  public UserLog(Path file) {
    this.file = file;
    System.setProperty("weir.log", file.toString());
    configure("/logback.xml");
  }

  public String text() {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    System.clearProperty("weir.log");
    configure("/logback-test.xml");
  }

  private static void configure(String resource) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(UserLog.class.getResource(resource));
    } catch (JoranException e) {
      throw new IllegalStateException(e);
    }
  }
}

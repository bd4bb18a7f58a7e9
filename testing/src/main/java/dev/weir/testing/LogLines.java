package dev.weir.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Records everything that is logged while it is open: Weir's own lines at every level, others from
 * INFO up.
 */
public final class LogLines implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Map<Logger, Level> levels = new HashMap<>();
  private final Recorder recorder = new Recorder();

  private LogLines() {
    // Meanwhile only the recorder receives log events.
    root.iteratorForAppenders().forEachRemaining(a -> a.addFilter(new Silence()));
    recorder.setContext(root.getLoggerContext());
    recorder.start();
    root.addAppender(recorder);
    for (Logger logger : root.getLoggerContext().getLoggerList()) {
      levels.put(logger, logger.getLevel());
      if (logger != root && logger.getName().startsWith("dev.weir")) {
        logger.setLevel(Level.TRACE);
      }
    }
    root.setLevel(Level.INFO);
  }

  public static LogLines record() {
    return new LogLines();
  }

  /** Each recorded line as it would be written, with the messages of its exceptions. */
  public List<String> all() {
    return List.copyOf(recorder.lines);
  }

  @Override
  public void close() {
    levels.forEach(Logger::setLevel);
    root.detachAppender(recorder);
    root.iteratorForAppenders().forEachRemaining(a -> a.clearAllFilters());
  }

  private static final class Recorder extends AppenderBase<ILoggingEvent> {
    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      StringBuilder line = new StringBuilder(event.getLoggerName());
      line.append(' ').append(event.getFormattedMessage());
      for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
        line.append(" | ").append(t.getClassName()).append(": ").append(t.getMessage());
      }
      lines.add(line.toString());
    }
  }

  private static final class Silence extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
      return FilterReply.DENY;
    }
  }
}

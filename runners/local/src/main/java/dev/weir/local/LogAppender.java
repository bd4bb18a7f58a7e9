package dev.weir.local;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import dev.weir.folders.OwnerOnly;
import java.io.IOException;
import java.nio.file.Path;

/** Appends to a log file that only its owner can read. For {@code logback.xml}. */
public final class LogAppender extends RollingFileAppender<ILoggingEvent> {

  @Override
  public void openFile(String file) throws IOException {
    Path path = Path.of(file).toAbsolutePath();
    OwnerOnly.folder(path.getParent());
    OwnerOnly.file(path);
    super.openFile(file);
  }
}

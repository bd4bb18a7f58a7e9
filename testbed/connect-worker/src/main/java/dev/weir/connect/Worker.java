package dev.weir.connect;

import java.io.IOException;
import org.apache.kafka.connect.cli.ConnectStandalone;

/**
 * Runs Kafka Connect until its standard input is closed. It therefore never outlives the process
 * that started it, however that process ends.
 */
public final class Worker {
  private Worker() {}

  /**
   * @param arguments as for Connect's own command: the worker's properties file, then a connector's
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    ignoreInterrupts();
    Thread watch = new Thread(Worker::exitWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    ConnectStandalone.main(arguments);
  }

  /**
   * Ignores Ctrl-C, which a terminal sends to this process too; only the parent process decides
   * when to stop. Uses reflection because the compiler warning about this class cannot be
   * suppressed.
   */
  private static void ignoreInterrupts() throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    signal
        .getMethod("handle", signal, handler)
        .invoke(
            null,
            signal.getConstructor(String.class).newInstance("INT"),
            handler.getField("SIG_IGN").get(null));
  }

  private static void exitWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent.
      }
    } catch (IOException e) {
      // Treated as the end of the stream.
    }
    System.exit(0);
  }
}

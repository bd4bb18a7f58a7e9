package dev.weir.connect;

import java.io.IOException;
import org.apache.kafka.connect.cli.ConnectStandalone;

/**
 * Kafka Connect for as long as somebody holds the other end of standard input: it stops when that
 * is closed, and so never outlives the process that started it, however that one ended.
 */
public final class Worker {
  private Worker() {}

  /**
   * @param arguments those of Connect's own command: the worker's properties, then a connector's
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    ignoreInterrupts();
    Thread watch = new Thread(Worker::exitWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    ConnectStandalone.main(arguments);
  }

  /**
   * A terminal sends Ctrl-C to this process too, but the one that started it says when to stop. By
   * reflection, since the compiler warns of the class whatever one tells it.
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
      // As good as its end.
    }
    System.exit(0);
  }
}

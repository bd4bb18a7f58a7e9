package dev.weir.embedded;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs a Java program until its standard input is closed. The program therefore never outlives the
 * process that started it, however that process ends.
 */
final class ChildProgram {
  private ChildProgram() {}

  /**
   * @param arguments the program's class, then its arguments
   */
  public static void main(String[] arguments) throws Throwable {
    Thread watch = new Thread(ChildProgram::endWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    String[] own = Arrays.copyOfRange(arguments, 1, arguments.length);
    try {
      Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) own);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent.
      }
    } catch (IOException e) {
      // Treated as the end of the stream.
    }
    // Not exit: a shutdown hook may wait for a server that has lost its parent, too.
    Runtime.getRuntime().halt(0);
  }
}

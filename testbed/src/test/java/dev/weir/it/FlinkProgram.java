package dev.weir.it;

import dev.weir.local.EmbeddedFlink;
import dev.weir.local.LogFile;
import dev.weir.local.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A command of Weir on its own Flink cluster, whose address is the first line that it prints. A job
 * that starts from a savepoint runs until the process ends.
 */
public final class FlinkProgram {
  private FlinkProgram() {}

  /**
   * @param arguments a folder for the cluster's files, the command, its arguments
   */
  public static void main(String[] arguments) throws InterruptedException {
    LogFile.prepare();
    EmbeddedFlink flink = EmbeddedFlink.start(Path.of(arguments[0]), 4, 0);
    System.out.println(flink.master());
    List<String> command = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
    command.add("--flinkMaster=" + flink.master());
    command.add("--filesToStage=" + flink.filesToStage());
    int status = Main.run(command.toArray(String[]::new));
    flink.close();
    LogFile.keep();
    System.exit(status);
  }
}

package dev.weir.it.access;

import dev.weir.local.EmbeddedFlink;
import dev.weir.local.LogFile;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A Flink cluster in a process of its own; prints its address and its file to stage. */
public final class FlinkCluster {
  private FlinkCluster() {}

  /**
   * @param arguments a folder for the cluster's files
   */
  public static void main(String[] arguments) throws InterruptedException {
    LogFile.prepare();
    EmbeddedFlink flink = EmbeddedFlink.start(Path.of(arguments[0]), 2, 0);
    System.out.println(flink.master());
    System.out.println(flink.filesToStage());
    new CountDownLatch(1).await();
  }
}

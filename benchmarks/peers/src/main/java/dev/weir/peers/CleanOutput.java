package dev.weir.peers;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Keeps standard output for results; redirects all output of an engine to standard error. */
public final class CleanOutput {
  private CleanOutput() {}

  /** Must be called before anything is logged; the output appears when the stream is closed. */
  public static PrintStream claim() {
    System.setProperty("logback.configurationFile", "dev/weir/peers/logback.xml");
    System.setOut(System.err);
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
        false,
        StandardCharsets.UTF_8);
  }
}

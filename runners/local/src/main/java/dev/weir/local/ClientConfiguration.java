package dev.weir.local;

import dev.weir.folders.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The settings of a Flink job for which Beam has no option, in a folder for {@code --flinkConfDir}.
 * Flink's client reads them when the job is submitted. A folder that the arguments or {@code
 * FLINK_CONF_DIR} name is used as it is.
 */
public final class ClientConfiguration implements AutoCloseable {
  private static final String OPTION = "--flinkConfDir=";

  /**
   * How long a record may wait in a network buffer that is not full. Flink's default, 100 ms, is
   * the greatest part of the latency of a job with little load, at each exchange between steps. A
   * job with more load fills its buffers before that time.
   */
  public static final long BUFFER_TIMEOUT_MILLIS = 5;

  private static final Map<String, String> SETTINGS =
      Map.of("execution.buffer-timeout.interval", BUFFER_TIMEOUT_MILLIS + " ms");

  private final TemporaryFolder folder;

  private ClientConfiguration(TemporaryFolder folder) {
    this.folder = folder;
  }

  /** Writes the settings, unless the arguments name another runner or a configuration exists. */
  static ClientConfiguration ifNeeded(List<String> arguments) {
    boolean given =
        System.getenv("FLINK_CONF_DIR") != null
            || arguments.stream().anyMatch(a -> a.startsWith(OPTION));
    return given || !RunnerDefaults.isFlink(arguments) ? new ClientConfiguration(null) : create();
  }

  /** Writes the settings. */
  public static ClientConfiguration create() {
    TemporaryFolder folder = TemporaryFolder.create("flink-client");
    try {
      Files.write(
          folder.path().resolve("config.yaml"),
          SETTINGS.entrySet().stream().map(s -> s.getKey() + ": " + s.getValue()).toList());
      return new ClientConfiguration(folder);
    } catch (IOException e) {
      folder.close();
      throw new UncheckedIOException("cannot write the settings of Flink's client", e);
    }
  }

  /** Returns the folder; null if no settings were written. */
  public String folder() {
    return folder == null ? null : folder.path().toString();
  }

  /** Returns the arguments, plus the one that names the folder if there is one. */
  List<String> complete(List<String> arguments) {
    List<String> completed = new ArrayList<>(arguments);
    if (folder != null) {
      completed.add(OPTION + folder());
    }
    return completed;
  }

  @Override
  public void close() {
    if (folder != null) {
      folder.close();
    }
  }
}

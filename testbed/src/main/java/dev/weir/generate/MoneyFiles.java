package dev.weir.generate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes the activity of a wallet's users as JSON Lines, one file for each stream. The same
 * activity gives the same bytes. Each file appears under its name only when all are complete.
 */
final class MoneyFiles {
  private final Map<MoneyStream, Path> paths;

  private MoneyFiles(Map<MoneyStream, Path> paths) {
    this.paths = paths;
  }

  /**
   * @param paths a different path for each stream
   */
  static MoneyFiles at(Map<MoneyStream, Path> paths) {
    Map<MoneyStream, Path> absolute = new EnumMap<>(MoneyStream.class);
    paths.forEach((stream, path) -> absolute.put(stream, path.toAbsolutePath()));
    return new MoneyFiles(absolute);
  }

  /** Writes the first {@code events} records and replaces any existing files. */
  MoneyCounts write(MoneyActivity activity, long events) throws IOException {
    for (Path path : paths.values()) {
      Files.createDirectories(path.getParent());
    }
    try {
      MoneyCounts counts = writeParts(activity, events);
      for (MoneyStream stream : MoneyStream.values()) {
        Files.move(part(stream), paths.get(stream), StandardCopyOption.REPLACE_EXISTING);
      }
      return counts;
    } finally {
      for (MoneyStream stream : MoneyStream.values()) {
        Files.deleteIfExists(part(stream));
      }
    }
  }

  private MoneyCounts writeParts(MoneyActivity activity, long events) throws IOException {
    MoneyCounts.Tally written = new MoneyCounts.Tally();
    try (OutputStream wallet = open(MoneyStream.WALLET);
        OutputStream users = open(MoneyStream.USERS);
        OutputStream sessions = open(MoneyStream.SESSIONS)) {
      Iterator<MoneyRecord> records = activity.iterator();
      for (long n = 0; n < events; n++) {
        MoneyRecord record = records.next();
        OutputStream file =
            switch (record.stream()) {
              case WALLET -> wallet;
              case USERS -> users;
              case SESSIONS -> sessions;
            };
        file.write(record.value());
        file.write('\n');
        written.add(record);
      }
    }
    return written.counts();
  }

  private OutputStream open(MoneyStream stream) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(part(stream)), 1 << 16);
  }

  private Path part(MoneyStream stream) {
    Path path = paths.get(stream);
    return path.resolveSibling("." + path.getFileName() + ".part");
  }
}

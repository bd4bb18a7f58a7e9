package dev.weir.files;

import dev.weir.progress.ReadMeter;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.RawRecords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.avro.Schema;

/**
 * The records of files, in the order of the files' names, with the origins and the damage that
 * {@link ReadFiles} reports for the same files.
 */
public final class FileRecords implements RawRecords {
  private final FilePattern pattern;
  private final Schema containerSchema;

  private FileRecords(FilePattern pattern, Schema containerSchema) {
    this.pattern = pattern;
    this.containerSchema = containerSchema;
  }

  /**
   * @param pattern a path, folder or glob of JSON Lines; see {@link FilePattern}
   */
  public static FileRecords ofLines(String pattern) {
    return new FileRecords(FilePattern.ofLines(Objects.requireNonNull(pattern)), null);
  }

  /**
   * @param pattern a path, folder or glob of Avro container files; see {@link FilePattern}
   * @param schema the schema to read the records as
   */
  public static FileRecords ofContainers(String pattern, Schema schema) {
    return new FileRecords(
        FilePattern.ofContainers(Objects.requireNonNull(pattern)), Objects.requireNonNull(schema));
  }

  @Override
  public void forEach(Handler handler) {
    try {
      for (String file : pattern.files()) {
        if (containerSchema == null) {
          lines(file, handler);
        } else {
          ReadContainers.read(file, containerSchema, ReadMeter.unwatched().begin(file), handler);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void lines(String file, Handler handler) throws IOException {
    try (InputStream in = InputFile.open(file)) {
      LineScanner scanner = new LineScanner(in, ReadLines.MAX_LINE);
      long number = 1;
      for (; scanner.next(); number++) {
        Origin origin = Origin.ofFile(file, number);
        if (scanner.isTooLong()) {
          handler.unreadable(origin, ReadLines.tooLong());
        } else if (!ReadLines.isBlank(scanner.line())) {
          handler.record(new RawRecord(scanner.line(), Encoding.JSON, origin));
        }
      }
      if (scanner.damage() != null) {
        handler.unreadable(Origin.ofFile(file, number), ReadLines.damaged(scanner.damage()));
      }
    }
  }
}

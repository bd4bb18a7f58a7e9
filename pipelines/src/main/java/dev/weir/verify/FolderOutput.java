package dev.weir.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.RawRecords;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;

/** A folder that a bounded run writes, of JSON Lines or Avro containers. */
final class FolderOutput<T extends SpecificRecordBase> implements OutputRecords {
  /** The bits of a position that hold the line; those above hold the number of the file. */
  private static final int LINE_BITS = 44;

  /** Begins the members that a changelog in files has after those of the row. */
  private static final String REVISION = ",\"revision\":";

  private final String folder;
  private final RawRecords records;
  private final OutputKind<T> kind;
  private final RecordJson<T> json;
  private final List<String> files = new ArrayList<>();

  FolderOutput(String folder, RawRecords records, OutputKind<T> kind) {
    this.folder = folder;
    this.records = records;
    this.kind = kind;
    this.json = RecordJson.of(kind.type());
  }

  @Override
  public String name() {
    return "folder " + folder;
  }

  @Override
  public Form form() {
    return Form.FOLDER;
  }

  @Override
  public boolean isComplete() {
    return true;
  }

  @Override
  public void forEach(Consumer<Found> handler) {
    records.forEach(
        new RawRecords.Handler() {
          @Override
          public void record(RawRecord record) {
            handler.accept(found(record));
          }

          @Override
          public void unreadable(Origin origin, UnreadableRecord why) {
            handler.accept(Found.unreadable(position(origin), why.getMessage(), Optional.empty()));
          }
        });
  }

  private Found found(RawRecord record) {
    long position = position(record.origin());
    try {
      if (record.encoding() == Encoding.AVRO) {
        return Found.ofFile(
            position, null, json.published(json.read(record.bytes())), Optional.empty());
      }
      return kind.changelogKey().isEmpty()
          ? Found.ofFile(position, null, record.bytes(), Optional.empty())
          : change(position, record.bytes());
    } catch (UnreadableRecord e) {
      return Found.unreadable(position, e.getMessage(), Optional.empty());
    }
  }

  /** Separates a line of a changelog into the row and its revision. */
  private Found change(long position, byte[] line) throws UnreadableRecord {
    JsonNode read = StrictJson.object(line);
    if (!read.path("revision").isIntegralNumber()) {
      throw new UnreadableRecord(UnreadableRecord.Reason.MISSING_FIELD, "has no revision");
    }
    Optional<Long> revision = Optional.of(read.get("revision").longValue());
    String key = kind.key(read);
    if (read.path("deleted").booleanValue()) {
      return Found.ofFile(position, key, null, revision);
    }
    String text = new String(line, StandardCharsets.UTF_8);
    // Quotes within a value are escaped, so the last occurrence is the member.
    String row = text.substring(0, text.lastIndexOf(REVISION)) + "}";
    return Found.ofFile(position, key, row.getBytes(StandardCharsets.UTF_8), revision);
  }

  private long position(Origin origin) {
    int file = files.lastIndexOf(origin.source());
    if (file < 0) {
      file = files.size();
      files.add(origin.source());
    }
    return (long) file << LINE_BITS | origin.position();
  }

  @Override
  public String describe(Found found) {
    return "file "
        + files.get((int) (found.position() >>> LINE_BITS))
        + ", line "
        + (found.position() & (1L << LINE_BITS) - 1);
  }

  @Override
  public Optional<Found> find(long position, Predicate<Found> wanted) {
    List<Found> found = new ArrayList<>();
    forEach(
        next -> {
          if (next.position() == position) {
            found.add(next);
          }
        });
    return found.stream().findFirst();
  }

  @Override
  public void close() {}
}

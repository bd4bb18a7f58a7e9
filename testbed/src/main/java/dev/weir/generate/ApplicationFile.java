package dev.weir.generate;

import dev.weir.loan.LoanApplication;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Writes generated applications to a file: an Avro container file if its name ends in {@code
 * .avro}, JSON Lines otherwise. The same applications give the same bytes. The file appears under
 * its name only when it is complete.
 */
final class ApplicationFile {
  private final Path path;

  private ApplicationFile(Path path) {
    this.path = path;
  }

  static ApplicationFile at(Path path) {
    return new ApplicationFile(path.toAbsolutePath());
  }

  /** Writes the first {@code events} records and replaces any existing file. */
  Counts write(Applications applications, long events) throws IOException {
    Files.createDirectories(path.getParent());
    Path part = path.resolveSibling("." + path.getFileName() + ".part");
    try {
      Counts counts;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
        counts =
            path.toString().endsWith(".avro")
                ? writeObjects(out, applications, events)
                : writeLines(out, applications.inJson(), events);
      }
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
      return counts;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static Counts writeLines(OutputStream out, Applications applications, long events)
      throws IOException {
    Counts.Tally written = new Counts.Tally();
    Iterator<MadeUpRecord> records = applications.iterator();
    for (long n = 0; n < events; n++) {
      MadeUpRecord record = records.next();
      out.write(record.value());
      out.write('\n');
      written.add(record.kind());
    }
    return written.counts();
  }

  private static Counts writeObjects(OutputStream out, Applications applications, long events)
      throws IOException {
    Counts.Tally written = new Counts.Tally();
    Iterator<MadeUpRecord> records = applications.iterator();
    try (DataFileWriter<LoanApplication> writer =
        new DataFileWriter<>(new SpecificDatumWriter<>(LoanApplication.class))) {
      writer.setCodec(CodecFactory.deflateCodec(CodecFactory.DEFAULT_DEFLATE_LEVEL));
      writer.create(LoanApplication.getClassSchema(), out, syncMarker(applications.seed()));
      for (long n = 0; n < events; n++) {
        MadeUpRecord record = records.next();
        writer.append(record.application());
        written.add(record.kind());
      }
    }
    return written.counts();
  }

  /** Avro's default marker depends on the clock, so no two files would be the same. */
  private static byte[] syncMarker(long seed) {
    return ByteBuffer.allocate(16).putLong(0x9E3779B97F4A7C15L).putLong(seed).array();
  }
}

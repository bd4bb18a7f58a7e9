package dev.weir.files;

import dev.weir.deadletter.DeadLetters;
import dev.weir.progress.PartMeter;
import dev.weir.progress.ReadMeter;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.apache.avro.Schema;
import org.apache.avro.file.SeekableInput;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.transforms.DoFn;
import org.joda.time.Instant;

/**
 * Reads the records of an Avro container file with their numbers, resolved to the schema that the
 * pipeline expects. A record that cannot be resolved becomes one dead letter, and so does the rest
 * of a damaged block; reading continues after it.
 */
final class ReadContainers extends DoFn<String, RawRecord> {
  private static final long serialVersionUID = 1L;
  private static final String STAGE = "read-containers";

  private final String schema;
  private final ReadMeter meter;

  ReadContainers(Schema schema, ReadMeter meter) {
    this.schema = schema.toString();
    this.meter = meter;
  }

  @ProcessElement
  public void process(
      @Element String file,
      @Timestamp Instant timestamp,
      OutputReceiver<RawRecord> out,
      MultiOutputReceiver more)
      throws IOException {
    read(
        file,
        new Schema.Parser().parse(schema),
        meter.begin(file),
        new RawRecords.Handler() {
          @Override
          public void record(RawRecord record) {
            out.output(record);
          }

          @Override
          public void unreadable(Origin origin, UnreadableRecord why) {
            DeadLetters.reject(DeadLetters.of(STAGE, why, origin, timestamp), more);
          }
        });
  }

  /** Reads the records of one file. */
  static void read(String file, Schema expected, PartMeter progress, RawRecords.Handler handler)
      throws IOException {
    BinaryMessageEncoder<GenericRecord> encoder =
        new BinaryMessageEncoder<>(GenericData.get(), expected);
    try (ChannelInput input = ChannelInput.open(file)) {
      ContainerScanner scanner;
      try {
        scanner = new ContainerScanner(input, expected);
      } catch (IOException e) {
        handler.unreadable(
            Origin.ofFile(file, 1), malformed("not an Avro container of the expected schema"));
        progress.record();
        progress.complete();
        return;
      }
      while (scanner.next()) {
        progress.reached(scanner.blockStart());
        Origin origin = Origin.ofFile(file, scanner.number());
        if (scanner.damage() != null) {
          handler.unreadable(origin, malformed(scanner.damage()));
        } else {
          byte[] bytes = encoder.encode(scanner.record()).array();
          handler.record(new RawRecord(bytes, Encoding.AVRO, origin));
        }
        progress.record();
      }
      progress.complete();
    }
  }

  private static UnreadableRecord malformed(String detail) {
    return new UnreadableRecord(Reason.MALFORMED, detail);
  }

  /** Adapts a channel to Avro's input. A read that fails is not damage to the file. */
  private record ChannelInput(SeekableByteChannel channel) implements SeekableInput {
    static ChannelInput open(String file) throws IOException {
      return new ChannelInput(
          (SeekableByteChannel) FileSystems.open(FileSystems.matchNewResource(file, false)));
    }

    @Override
    public void seek(long position) throws IOException {
      channel.position(position);
    }

    @Override
    public long tell() throws IOException {
      return channel.position();
    }

    @Override
    public long length() throws IOException {
      return channel.size();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      try {
        return channel.read(ByteBuffer.wrap(into, offset, length));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}

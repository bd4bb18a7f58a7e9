package dev.weir.iceberg.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.hadoop.HadoopInputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;

/**
 * The content of all files below a folder, referenced by a table or not: their bytes, what Avro
 * files hold unpacked, and the values and statistics of Parquet files.
 */
public final class EveryByte {
  /** Hadoop reads its defaults again for each configuration, which takes longer than a file. */
  private static final Configuration HADOOP = new Configuration();

  private EveryByte() {}

  /** The files that contain any of these words, by their names below the folder. */
  public static Set<String> containing(Path folder, List<String> words) {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = text(file);
        if (words.stream().anyMatch(text::contains)) {
          found.add(folder.relativize(file).toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String text(Path file) throws IOException {
    String name = file.getFileName().toString();
    String raw = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    if (name.endsWith(".avro")) {
      return raw + avro(file);
    }
    return name.endsWith(".parquet") ? raw + parquet(file) : raw;
  }

  /** The records as Avro writes them without compression; bounds are bytes in them. */
  private static String avro(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataFileStream<GenericRecord> records =
        new DataFileStream<>(Files.newInputStream(file), new GenericDatumReader<>())) {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(records.getSchema());
      for (GenericRecord entry : records) {
        writer.write(entry, encoder);
      }
      encoder.flush();
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static String parquet(Path file) throws IOException {
    HadoopInputFile input = HadoopInputFile.fromLocation(file.toString(), HADOOP);
    StringBuilder text = new StringBuilder();
    Schema schema;
    try (ParquetFileReader footer =
        ParquetFileReader.open(
            org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), HADOOP))) {
      schema = ParquetSchemaUtil.convert(footer.getFileMetaData().getSchema());
      for (BlockMetaData block : footer.getFooter().getBlocks()) {
        for (ColumnChunkMetaData column : block.getColumns()) {
          text.append(column.getStatistics());
        }
      }
    }
    try (CloseableIterable<Record> rows =
        Parquet.read(input)
            .project(schema)
            .createReaderFunc(read -> GenericParquetReaders.buildReader(schema, read))
            .build()) {
      rows.forEach(text::append);
    }
    return text.toString();
  }
}

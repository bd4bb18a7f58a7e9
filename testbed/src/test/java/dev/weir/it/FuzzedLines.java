package dev.weir.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.it.loans.LoanFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;

/** The lines of one stream, and the outcome of each in a run. */
public final class FuzzedLines {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private static final int LONGEST = 1 << 20;

  private final Path file;
  private final List<byte[]> lines = new ArrayList<>();

  /** By line, from 1, the reason why the reader rejected the record. */
  private final Map<Long, String> refused = new HashMap<>();

  public FuzzedLines(Path file) {
    this.file = file;
  }

  public void add(byte[] record) {
    // A mutation may insert a line break, which splits the record.
    String text = new String(record, ISO_8859_1);
    Arrays.stream(text.split("\n", -1)).map(line -> line.getBytes(ISO_8859_1)).forEach(lines::add);
  }

  public void add(String record) {
    add(record.getBytes(UTF_8));
  }

  public FuzzedLines write() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      all.writeBytes(line);
      all.write('\n');
    }
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, all.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public String port() {
    return "file:" + file;
  }

  /**
   * Takes the dead letters of the reader and of the parser of this stream: each belongs to a line,
   * and each line has at most one.
   *
   * @param stages the stages that reject records because of their form
   */
  public void refuse(List<JsonNode> deadLetters, String... stages) {
    for (JsonNode letter : deadLetters) {
      if (letter.get("file").textValue().endsWith(file.toString())
          && List.of(stages).contains(letter.get("stage").textValue())) {
        long line = letter.get("line").longValue();
        assertThat(letter.toString(), isRecord(line), is(true));
        assertThat("refused twice: " + letter, refused.put(line, letter.toString()), nullValue());
      }
    }
    for (long line = 1; line <= lines.size(); line++) {
      if (isRecord(line) && !isUtf8(line(line))) {
        assertThat("not UTF-8: " + shown(line), refused.get(line), is(notNullValue()));
      }
    }
  }

  public int refused() {
    return refused.size();
  }

  /** Lines that are records. */
  long records() {
    long count = 0;
    for (long line = 1; line <= lines.size(); line++) {
      count += isRecord(line) ? 1 : 0;
    }
    return count;
  }

  /** Returns those of them that are not too long to be parsed. */
  public long parsed() {
    long count = 0;
    for (long line = 1; line <= lines.size(); line++) {
      count += isRecord(line) && line(line).length <= LONGEST ? 1 : 0;
    }
    return count;
  }

  /** Returns the accepted lines as JSON; a null is a tombstone. */
  public List<JsonNode> accepted() {
    List<JsonNode> accepted = new ArrayList<>();
    for (long line = 1; line <= lines.size(); line++) {
      if (isRecord(line) && !refused.containsKey(line)) {
        try {
          accepted.add(Objects.requireNonNull(JSON.readTree(withoutMark(line(line)))));
        } catch (JsonProcessingException e) {
          throw new AssertionError("accepted, and not JSON: " + shown(line), e);
        }
      }
    }
    return accepted;
  }

  private boolean isRecord(long line) {
    return !new String(line(line), ISO_8859_1).matches("[ \t\r]*");
  }

  private byte[] line(long number) {
    return lines.get((int) number - 1);
  }

  private String shown(long number) {
    String text = new String(line(number), ISO_8859_1);
    return file.getFileName()
        + ":"
        + number
        + " "
        + text.substring(0, Math.min(400, text.length()));
  }

  /** The mark that some programs put before UTF-8. */
  private static String withoutMark(byte[] line) {
    String text = new String(line, UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static boolean isUtf8(byte[] line) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The lines of all files in a folder, as JSON. */
  public static List<JsonNode> json(Path folder) {
    List<JsonNode> all = new ArrayList<>();
    for (String line : LoanFiles.lines(folder)) {
      try {
        all.add(JSON.readTree(line));
      } catch (JsonProcessingException e) {
        throw new AssertionError("written, and not JSON: " + line, e);
      }
    }
    return all;
  }

  /** Returns the sum of a counter over all steps of a run. */
  public static long counted(PipelineResult result, String name) {
    long sum = 0;
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.named("weir", name)).build();
    for (var step : result.metrics().queryMetrics(filter).getCounters()) {
      sum += step.getAttempted();
    }
    return sum;
  }
}

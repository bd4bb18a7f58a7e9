package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineScannerTest {
  private static final int LIMIT = 200_000;
  private static final int BUFFER = 1 << 16;

  @Test
  void textIsSplitAtItsLineBreaks() throws IOException {
    assertThat(lines("a\nb\n"), is(List.of("a", "b")));
    assertThat(lines("a\nb"), is(List.of("a", "b")));
    assertThat(lines("a\n\n\nb"), is(List.of("a", "", "", "b")));
    assertThat(lines("\n"), is(List.of("")));
    assertThat(lines(""), is(List.of()));
  }

  @Test
  void aCarriageReturnStaysInItsLine() throws IOException {
    assertThat(lines("a\r\nb\rc\r\n"), is(List.of("a\r", "b\rc\r")));
  }

  @ParameterizedTest
  @ValueSource(ints = {BUFFER - 2, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER, LIMIT})
  void aLineOfAnyLengthUpToTheLimitIsWhole(int length) throws IOException {
    String line = "x".repeat(length);

    assertThat(lines(line + "\nnext\n"), is(List.of(line, "next")));
    assertThat(lines("first\n" + line), is(List.of("first", line)));
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, LIMIT + BUFFER, 10 * LIMIT})
  void aLongerLineIsReportedAndTheNextOneIsComplete(int length) throws IOException {
    assertThat(
        lines("first\n" + "x".repeat(length) + "\nnext"), is(List.of("first", "TOO LONG", "next")));
    assertThat(lines("x".repeat(length)), is(List.of("TOO LONG")));
  }

  @Test
  void aStreamThatGivesOneByteAtATimeIsReadTheSame() throws IOException {
    InputStream slow =
        new ByteArrayInputStream("ab\n\nc".getBytes(StandardCharsets.UTF_8)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(1, length));
          }
        };

    assertThat(lines(slow), is(List.of("ab", "", "c")));
  }

  private static List<String> lines(String text) throws IOException {
    return lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> lines(InputStream in) throws IOException {
    LineScanner scanner = new LineScanner(in, LIMIT);
    List<String> lines = new ArrayList<>();
    while (scanner.next()) {
      lines.add(
          scanner.isTooLong() ? "TOO LONG" : new String(scanner.line(), StandardCharsets.UTF_8));
    }
    return lines;
  }
}

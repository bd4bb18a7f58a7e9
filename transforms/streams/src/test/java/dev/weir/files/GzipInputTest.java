package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.GzipFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipInputTest {
  private static final int TRAILER = 8;
  private static final String TEXT = "first\nsecond\nthird\n";

  private List<String> lines;
  private DamagedInput damage;

  @Test
  void membersAreReadOneAfterTheOther() throws IOException {
    read(GzipFile.joined(GzipFile.of("fir"), GzipFile.of(""), GzipFile.of("st\nsecond")));

    assertThat(lines, is(List.of("first", "second")));
    assertThat(damage, is(nullValue()));
  }

  @Test
  void aHeaderMayHoldANameACommentExtraBytesAndItsChecksum() throws IOException {
    byte[] file = GzipFile.of(TEXT);
    byte[] header = Arrays.copyOf(file, 10);
    header[3] = 4 + 8 + 16;
    byte[] more = {2, 0, 1, 2, 'n', 0, 'c', 0};
    read(GzipFile.joined(header, more, Arrays.copyOfRange(file, 10, file.length)));

    assertThat(lines, is(List.of("first", "second", "third")));
    assertThat(damage, is(nullValue()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aWrongChecksumOrSizeIsReportedAfterAllLines(int fromTheEnd) throws IOException {
    byte[] file = GzipFile.of("first\nsecond");
    file[file.length - fromTheEnd] ^= 1;
    read(GzipFile.joined(file, GzipFile.of("\nthird\n")));

    assertThat(lines, is(List.of("first", "second", "third")));
    assertThat(damage.getMessage(), is("the checksum of the compressed file is wrong"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0\0\0\0\0\0\0\0\0\0\0\0", "a note\n", "\u001f"})
  void bytesAfterTheEndAreDamageAndTheLastLineIsComplete(String more) throws IOException {
    read(GzipFile.followedBy("first\nsecond", more));

    assertThat(lines, is(List.of("first", "second")));
    assertThat(damage.getMessage(), is("bytes follow the end of the compressed file"));
  }

  @Test
  void aTruncatedLineIsDropped() throws IOException {
    String text =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "line " + i * 7_919L % 20_011)
            .collect(Collectors.joining("\n"));
    byte[] file = GzipFile.of(text);
    List<String> all = List.of(text.split("\n"));

    read(Arrays.copyOf(file, file.length / 2));

    assertThat(lines, is(all.subList(0, lines.size())));
    assertThat(all.size() / 4, is(lessThan(lines.size())));
    assertThat(damage.getMessage(), is("the compressed file is cut off"));
  }

  @Test
  void aTruncatedChecksumLosesNoLine() throws IOException {
    byte[] file = GzipFile.of("first\nsecond");
    for (int cut = 1; cut <= TRAILER; cut++) {
      read(Arrays.copyOf(file, file.length - cut));

      assertThat(lines, is(List.of("first", "second")));
      assertThat(damage.isComplete(), is(true));
    }
  }

  @Test
  void aTruncatedNextMemberDropsTheOpenLine() throws IOException {
    byte[] next = GzipFile.of("cond\n");
    read(GzipFile.joined(GzipFile.of("first\nse"), Arrays.copyOf(next, 12)));

    assertThat(lines, is(List.of("first")));
    assertThat(damage.isComplete(), is(false));
  }

  /** Stored blocks, so that it is known which bytes are read before the damage. */
  @Test
  void dataDecompressedBeforeTheDamageIsNotLost() throws IOException {
    byte[] header = Arrays.copyOf(GzipFile.of(""), 10);
    byte[] stored = {0, 12, 0, (byte) ~12, (byte) 0xFF};
    byte[] text = "first\nsecond".getBytes(StandardCharsets.UTF_8);
    byte[] noBlock = {6, 0, 0, 0};

    read(GzipFile.joined(header, stored, text, noBlock));

    assertThat(lines, is(List.of("first")));
    assertThat(damage.getMessage(), is("the compressed file is damaged from here on"));
  }

  @Test
  void everyFlippedBitIsDetectedOrHarmless() throws IOException {
    byte[] file = GzipFile.of(TEXT);
    for (int at = 0; at < file.length; at++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = file.clone();
        flipped[at] ^= (byte) (1 << bit);
        read(flipped);

        boolean whole = lines.equals(List.of("first", "second", "third"));
        assertThat("bit %d of byte %d".formatted(bit, at), whole || damage != null, is(true));
      }
    }
  }

  @Test
  void aFailedReadIsNotDamage() {
    InputStream gone =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }
        };

    IOException failure = assertThrows(IOException.class, () -> new GzipInput(gone).read());

    assertThat(failure.getMessage(), is("the disk is gone"));
  }

  private void read(byte[] file) throws IOException {
    LineScanner scanner =
        new LineScanner(new GzipInput(new ByteArrayInputStream(file)), ReadLines.MAX_LINE);
    lines = new ArrayList<>();
    while (scanner.next()) {
      lines.add(new String(scanner.line(), StandardCharsets.UTF_8));
    }
    damage = scanner.damage();
  }
}

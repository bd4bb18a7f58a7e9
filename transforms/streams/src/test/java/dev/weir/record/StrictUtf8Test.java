package dev.weir.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictUtf8Test {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "\0", "\u00E9\u20AC", "\uFFFD\uFFFF", "\uD83D\uDE00", "\uFEFFx"})
  void textIsValid(String text) {
    assertThat(isValid(text.getBytes(StandardCharsets.UTF_8)), is(true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C1B4", "C080", "E080AF", "F08080AF", "EDA080", "EDBFBF", "F4908080", "F5808080", "80",
        "FF", "C3", "E282", "F09F98", "C328", "E28228", "F09F9828", "FEFF007B", "FFFE7B00"
      })
  void bytesThatAreNotTextAreInvalid(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThat(isValid(bytes), is(false));
  }

  @Test
  void onlyTheGivenBytesAreLookedAt() {
    byte[] bytes = {(byte) 0xFF, 'a', (byte) 0xC3, (byte) 0xA9, (byte) 0xFF};

    assertThat(StrictUtf8.isValid(bytes, 1, 4), is(true));
    assertThat(StrictUtf8.isValid(bytes, 1, 3), is(false));
  }

  @Test
  void itAgreesWithAStrictDecoder() {
    Random random = new Random(20_261_127);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(5)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] =
            (byte)
                (random.nextBoolean() ? 0x80 + random.nextInt(0x80) : 0xE0 + random.nextInt(0x20));
      }

      assertThat(HexFormat.of().formatHex(bytes), isValid(bytes), is(decodes(bytes)));
    }
  }

  private static boolean isValid(byte[] bytes) {
    return StrictUtf8.isValid(bytes, 0, bytes.length);
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}

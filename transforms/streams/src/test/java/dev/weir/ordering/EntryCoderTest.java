package dev.weir.ordering;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

/** The bytes in savepoints: they must stay readable forever. */
class EntryCoderTest {
  private final EntryCoder<String> coder = EntryCoder.of(StringUtf8Coder.of());

  @Test
  void anEventIsItsTimeAndItself() throws CoderException {
    keeps(Entry.event("abc", 300), "ac02" + "00" + "03616263");
  }

  @Test
  void aDeadlineIsItsTimeItsHoldAndItsText() throws CoderException {
    keeps(Entry.deadline("abc", 300, 7), "ac02" + "01" + "07" + "03616263");
  }

  @Test
  void aSweepIsItsTimeAndItsPage() throws CoderException {
    keeps(Entry.sweep("f:a", 300), "ac02" + "02" + "03663a61");
  }

  @Test
  void anUnknownKindIsAnError() {
    assertThrows(CoderException.class, () -> decode("ac02" + "03" + "03616263"));
    assertThrows(CoderException.class, () -> decode("ac02"));
  }

  @Test
  void itIsSerializable() {
    SerializableUtils.ensureSerializable(coder);
    assertThat(coder, is(EntryCoder.of(StringUtf8Coder.of())));
  }

  private void keeps(Entry<String> entry, String hex) throws CoderException {
    assertThat(HexFormat.of().formatHex(CoderUtils.encodeToByteArray(coder, entry)), is(hex));
    assertThat(decode(hex), is(entry));
  }

  private Entry<String> decode(String hex) throws CoderException {
    return CoderUtils.decodeFromByteArray(coder, HexFormat.of().parseHex(hex));
  }
}

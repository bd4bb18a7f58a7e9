package dev.weir.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.cdc.CommitTime;
import dev.weir.money.ProcessedAt;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static final String OBJECT = "{\"id\":\"caf\u00E9 \uFFFD\"}";

  @Test
  void anObjectInUtf8IsReadWithOrWithoutAByteOrderMark() throws Exception {
    for (String text : new String[] {OBJECT, "\uFEFF" + OBJECT}) {
      assertThat(
          StrictJson.object(text.getBytes(StandardCharsets.UTF_8)).get("id").textValue(),
          is("caf\u00E9 \uFFFD"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UTF-16",
        "UTF-16LE",
        "UTF-16BE",
        "x-UTF-16LE-BOM",
        "UTF-32LE",
        "UTF-32BE",
        "X-UTF-32BE-BOM",
        "ISO-8859-1"
      })
  void anyOtherEncodingIsRejected(String charset) {
    byte[] bytes = OBJECT.replace("\uFFFD", "").getBytes(Charset.forName(charset));

    isRefused(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00C1\u00B4win", "\u00ED\u00A0\u0080", "\u00C3", "\u00E2\u0082"})
  void bytesThatAreNotStrictUtf8AreRejected(String latin) {
    isRefused(("{\"id\":\"" + latin + "\"}").getBytes(StandardCharsets.ISO_8859_1));
    isRefused(("{\"" + latin + "\":1}").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void isRefused(byte[] bytes) {
    UnreadableRecord why = assertThrows(UnreadableRecord.class, () -> StrictJson.object(bytes));

    assertThat(why.getMessage(), is("not UTF-8"));
    assertThat(why.reason(), is(UnreadableRecord.Reason.MALFORMED));
    // A record that is rejected later may have any time, but must not stop the reader.
    new CommitTime().apply(bytes);
    new ProcessedAt().apply(bytes);
  }
}

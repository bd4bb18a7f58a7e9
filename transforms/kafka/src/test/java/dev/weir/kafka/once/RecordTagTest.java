package dev.weir.kafka.once;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTagTest {
  private static final TransactionNumber NUMBER = new TransactionNumber(2, 17);

  @Test
  void aTagIsReadAsItWasWritten() {
    for (RecordTag tag :
        new RecordTag[] {
          new RecordTag("loan-decisions", 3, NUMBER, 1_767_225_600_000L, null, null),
          new RecordTag("money", 0, NUMBER, -5, "user with spaces/ünïcode", null),
          new RecordTag("money", 0, NUMBER, -5, "", null),
          new RecordTag("cards", 7, NUMBER, 0, null, new Position(Long.MIN_VALUE, -1)),
        }) {
      assertThat(
          RecordTag.of(new RecordHeaders().add(RecordTag.HEADER, tag.toBytes())),
          equalTo(Optional.of(tag)));
    }
  }

  @Test
  void theTextIsAsDocumented() {
    assertThat(text(new RecordTag("s", 3, NUMBER, 9, null, null)), is("s 3 2.17 9 ="));
    assertThat(text(new RecordTag("s", 3, NUMBER, 9, "a b", null)), is("s 3 2.17 9 ia b"));
    assertThat(
        text(new RecordTag("s", 3, NUMBER, 9, null, new Position(5, -1))), is("s 3 2.17 9 r5.-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "s 3 2.17 9", "s x 2.17 9 =", "s 3 2 9 =", "s 3 2.17 9 r5", " "})
  void anyOtherTextIsNotATag(String text) {
    assertThat(RecordTag.parse(text.getBytes(UTF_8)), is(Optional.empty()));
  }

  private static String text(RecordTag tag) {
    return new String(tag.toBytes(), UTF_8);
  }
}

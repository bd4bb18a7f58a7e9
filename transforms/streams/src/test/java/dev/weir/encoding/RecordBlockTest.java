package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.dedup.KeptTimes;
import dev.weir.encoding.RecordBlock.Change;
import dev.weir.encoding.RecordBlock.Kept;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordBlockTest {
  private static final AnyRecordCoder RECORDS = AnyRecordCoder.of(KeptTimes.class);

  @ParameterizedTest
  @ValueSource(
      longs = {
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -2,
        -1,
        0,
        1,
        1_767_614_400_000L,
        RecordBlock.FOREVER - 1,
        RecordBlock.FOREVER
      })
  void aRecordIsKeptUntilItsTime(long until) {
    Kept kept = new Kept(new KeptTimes(List.of(), 1L), until);

    RecordBlock block =
        RecordBlock.empty(RECORDS)
            .with(List.of(new Change(KeptTimes.class, "1", kept)), Long.MIN_VALUE);

    assertThat(block.get(KeptTimes.class, "1"), is(kept));
    assertThat(block.earliest(), is(until));
  }
}

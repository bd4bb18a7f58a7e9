package dev.weir.spend;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class AccountChangesCoderTest {
  private static final AccountChangesCoder CODER = new AccountChangesCoder();
  private static final PaneChanges PAYMENTS =
      new PaneChanges(7, new long[] {500, -3, 500}, Amounts.NONE, 3, Front.NEVER);
  private static final PaneChanges RETRACTION =
      new PaneChanges(-8, new long[0], Amounts.NONE.plus(Long.MIN_VALUE, -2), 1, Long.MAX_VALUE);

  @Test
  void allFieldsSurvive() throws Exception {
    AccountChanges decoded =
        CoderUtils.clone(CODER, new AccountChanges(List.of(RETRACTION, PAYMENTS), 4, 99));

    assertThat(decoded.changes(), is(4));
    assertThat(decoded.revision(), is(99L));
    assertThat(decoded.panes().size(), is(2));
    PaneChanges retraction = decoded.panes().get(0);
    assertThat(retraction.pane(), is(-8L));
    assertArrayEquals(new long[0], retraction.added());
    assertArrayEquals(new long[] {Long.MIN_VALUE}, retraction.others().cents());
    assertArrayEquals(new long[] {-2}, retraction.others().counts());
    assertThat(retraction.changes(), is(1));
    assertThat(retraction.retracted(), is(Long.MAX_VALUE));
    PaneChanges payments = decoded.panes().get(1);
    assertArrayEquals(new long[] {500, -3, 500}, payments.added());
    assertThat(payments.retracted(), is(Front.NEVER));
  }

  @Test
  void theEndOfAnEncodingIsKnown() throws Exception {
    CoderProperties.coderSerializable(CODER);
    List<AccountChanges> two =
        List.of(
            new AccountChanges(List.of(RETRACTION), 1, 0),
            new AccountChanges(List.of(PAYMENTS), 3, 5));
    List<AccountChanges> decoded = CoderUtils.clone(ListCoder.of(CODER), two);
    assertThat(decoded.stream().map(AccountChanges::revision).toList(), is(List.of(0L, 5L)));
  }
}

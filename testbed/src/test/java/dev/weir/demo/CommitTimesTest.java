package dev.weir.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.generate.BankRow.Customer;
import dev.weir.generate.CardOperation;
import dev.weir.generate.CardOperation.Action;
import dev.weir.generate.CardOperation.Change;
import dev.weir.generate.CardOperation.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class CommitTimesTest {
  private final CommitTimes commits = new CommitTimes();

  @Test
  void theOldestCommitWithUnreadChangesShowsHowFarBehindTheJobIs() {
    commits.committed(List.of(change(Action.INSERT, "a"), change(Action.INSERT, "b")), 1_000);
    commits.committed(List.of(change(Action.UPDATE, "a")), 1_500);

    assertThat(commits.changes(), is(3L));
    assertThat(commits.oldestUnread(0, 2_000), is(1_000L));
    assertThat(commits.oldestUnread(1, 2_000), is(1_000L));
    assertThat(commits.oldestUnread(2, 2_000), is(500L));
    assertThat(commits.oldestUnread(3, 2_000), is(0L));
  }

  @Test
  void aRowThatChangesTwiceCountsOnceFromItsFirstChange() {
    commits.committed(List.of(change(Action.INSERT, "a")), 1_000);
    commits.committed(List.of(change(Action.UPDATE, "a")), 1_500);

    commits.visible("a", 2_000);
    commits.visible("a", 3_000);

    assertOnly(1_000);
  }

  @Test
  void deletedAndUnknownRowsDoNotCount() {
    commits.committed(List.of(change(Action.INSERT, "a"), change(Action.INSERT, "b")), 1_000);
    commits.committed(List.of(change(Action.DELETE, "a")), 1_500);

    commits.visible("a", 2_000);
    commits.visible("x", 2_000);
    commits.visible("b", 2_500);

    assertOnly(1_500);
    assertThat("since then", commits.visibleMillis().getTotalCount(), is(0L));
  }

  private void assertOnly(long millis) {
    Histogram visible = commits.visibleMillis();
    assertThat(visible.getTotalCount(), is(1L));
    assertThat(visible.valuesAreEquivalent(visible.getMaxValue(), millis), is(true));
  }

  private static CardOperation change(Action action, String account) {
    Customer row =
        new Customer(account, "Ada Ito", "", "", LocalDate.EPOCH, "Osaka", Instant.EPOCH);
    return new CardOperation(Kind.CUSTOMER_CHANGE, Instant.EPOCH, List.of(new Change(action, row)));
  }
}

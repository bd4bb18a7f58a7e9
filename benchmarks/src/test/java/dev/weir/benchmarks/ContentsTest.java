package dev.weir.benchmarks;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContentsTest {
  private final Contents contents = new Contents();

  private List<String> selected(String... words) {
    return contents.selected(List.of(words)).stream().map(c -> c.layout().id()).toList();
  }

  @Test
  void aSectionSelectsAllItsTables() {
    assertThat(selected("ledger"), contains("ledger/append", "ledger/upsert", "ledger/beam"));
  }

  @Test
  void aNameSelectsItInEverySection() {
    assertThat(selected("latency"), contains("bureau/latency", "loans/latency", "publish/latency"));
  }

  @Test
  void aTableIsSelectedByItsIdAndOnce() {
    assertThat(
        selected("publish/latency", "loans", "loans/latency"),
        contains("loans/throughput", "loans/latency", "publish/latency"));
  }

  @Test
  void allIsEverythingExceptTheSpeedGuard() {
    assertThat(selected("all"), hasItem("backfill/cards"));
    assertThat(selected("all"), not(hasItem("speed/loans")));
    assertThat(
        selected("speed"), contains("speed/loans", "speed/append", "speed/spend", "speed/money"));
  }

  @Test
  void anUnknownWordIsRejectedWithTheWordsThatExist() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> selected("loans", "loan"));
    assertThat(e.getMessage(), containsString("'loan' selects nothing; write all, one of bureau,"));
  }

  @Test
  void everyTableIsInASection() {
    long tables = contents.sections().stream().mapToLong(s -> s.tables().size()).sum();

    assertThat(tables, is((long) selected("all", "speed").size()));
  }
}

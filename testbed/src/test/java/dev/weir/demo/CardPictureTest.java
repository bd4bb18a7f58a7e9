package dev.weir.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import dev.weir.demo.CardDemoState.Changes;
import dev.weir.demo.CardDemoState.Risks;
import dev.weir.demo.CardDemoState.Tables;
import dev.weir.demo.DemoLake.TableState;
import dev.weir.demo.DemoState.Latency;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CardPictureTest {
  private static final Changes READ = new Changes(900, 300, 30, 4);
  private static final BankWatch.Rows BANK = new BankWatch.Rows(101, 600, 250);
  private static final TableState CUSTOMERS = new TableState(101, 12);
  private static final TableState SETTLED = new TableState(595, 40);
  private static final TableState PENDING = new TableState(252, 39);

  @Test
  void oneLineHoldsEveryNumber() {
    assertThat(
        behind().picture().line(),
        equalTo(
            "3723s  changes 1240 (20/s)  read 1234 (19/s)  created 900  updated 300  deleted 30"
                + "  snapshot 4  stale 2  dead letters 3  settled 640  pending 450"
                + "  risk low/medium/high/unknown 500/90/60/1  customers 101/101"
                + "  settled rows 595/600  pending rows 252/250  windows 4500  deletions 1"
                + "  oldest unread 412 ms  visible p50/p99 1900/2800 ms"));
  }

  @Test
  void thePictureHoldsEveryNumberAndFitsIntoATerminal() {
    List<String> lines =
        behind().picture().lines().stream()
            .map(line -> line.replaceAll("\033\\[[0-9;]*[A-Za-z]", ""))
            .toList();

    assertThat(
        lines,
        equalTo(
            List.of(
                "Weir · card transactions   01:02:03  Ctrl-C stops",
                "",
                "changes in PostgreSQL              1,240          20.0 /s",
                "changes read                       1,234          19.0 /s",
                "  created 900, updated 300, deleted 30, from a snapshot 4",
                "dropped as stale                       2",
                "dead letters                           3",
                "pending so far                       450",
                "settled so far                       640",
                "  fraud risk low 500, medium 90, high 60, unknown 1",
                "",
                "rows                          PostgreSQL       Iceberg     snapshots",
                "customers                            101           101            12",
                "pending_transactions                 250           252            39",
                "enriched_transactions                600           595            40",
                "spend_metrics (windows)                -         4,500            41",
                "customer_deletions                     -             1             1",
                "",
                "latency, last seconds                      p50       p99",
                "from commit to Iceberg                 1900 ms   2800 ms",
                "age of the oldest unread commit         412 ms",
                "log: /tmp/weir.log")));
    assertThat(lines.size(), is(lessThan(24)));
  }

  @Test
  void theSummaryReportsWhatIsMissing() {
    assertThat(behind().addsUp(), is(false));
    assertThat(
        behind().summary(),
        equalTo(
            "850 transactions in PostgreSQL ≠ 595 settled + 252 pending rows in Iceberg; 101"
                + " customers = 101 rows; 1240 changes ≠ 1234 read (2 stale, 3 dead letters); 4500"
                + " windows: 13 unaccounted for"));
  }

  @Test
  void theSummaryAddsUp() {
    CardDemoState equal = state(READ.all(), BANK, new TableState(600, 40), new TableState(250, 39));

    assertThat(equal.addsUp(), is(true));
    assertThat(
        equal.summary(),
        equalTo(
            "850 transactions in PostgreSQL = 600 settled + 250 pending rows in Iceberg; 101"
                + " customers = 101 rows; 1234 changes = 1234 read (2 stale, 3 dead letters); 4500"
                + " windows"));
  }

  @Test
  void aPendingRowTooManyDoesNotOffsetASettledRowTooFew() {
    CardDemoState behind =
        state(READ.all(), BANK, new TableState(599, 40), new TableState(251, 39));

    assertThat(behind.addsUp(), is(false));
  }

  private static CardDemoState behind() {
    return state(1_240, BANK, SETTLED, PENDING);
  }

  private static CardDemoState state(
      long written, BankWatch.Rows bank, TableState settled, TableState pending) {
    return new CardDemoState(
        Duration.ofSeconds(3_723),
        written,
        20.04,
        READ,
        19,
        2,
        3,
        640,
        450,
        new Risks(500, 90, 60, 1),
        bank,
        new Tables(CUSTOMERS, settled, pending, new TableState(4_500, 41), new TableState(1, 1)),
        412,
        new Latency(1_900, 2_800),
        "/tmp/weir.log");
  }
}

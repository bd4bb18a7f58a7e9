package dev.weir.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import dev.weir.demo.DemoState.Latency;
import dev.weir.demo.MoneyDemoState.Origins;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoneyPictureTest {
  @Test
  void oneLineHoldsEveryNumber() {
    assertThat(
        state(1_500).picture().line(),
        equalTo(
            "3723s  wallet 1500 (7/s)  users 80  sessions 250  enriched 1400 (6/s)  first 300  of"
                + " known users 900  session stream/service/unknown/unavailable/none"
                + " 1200/120/3/7/70  duplicates 14  late 8  ignored 33  dead letters 5 (wallet 2)"
                + "  waiting 84  in flight 4  service p50/p99 90/190 ms  enriched p50/p99 21000/40000"
                + " ms"));
  }

  @Test
  void thePictureHoldsEveryNumberAndFitsIntoATerminal() {
    List<String> lines =
        state(1_500).picture().lines().stream()
            .map(line -> line.replaceAll("\033\\[[0-9;]*[A-Za-z]", ""))
            .toList();

    assertThat(
        lines,
        equalTo(
            List.of(
                "Weir · money enrichment   01:02:03  Ctrl-C stops",
                "",
                "payments in                        1,500           7.0 /s",
                "users' changes in                     80",
                "sessions in                          250",
                "enriched out                       1,400           6.0 /s",
                "  session from the stream          1,200",
                "  session from the service           120",
                "  session unknown 3, unavailable 7, none 70",
                "  of known users                     900",
                "  first of their kind                300",
                "duplicates                            14",
                "dead letters                           5  wallet 2",
                "waiting                               84",
                "late                                   8",
                "ignored                               33",
                "",
                "latency, last seconds                      p50       p99",
                "a call to the session service            90 ms    190 ms",
                "from event to enriched event          21000 ms  40000 ms",
                "session requests in flight             4",
                "",
                "log: /tmp/weir.log")));
    assertThat(lines.size(), is(lessThan(24)));
  }

  @Test
  void theSummaryAddsUpOrReportsWhatIsMissing() {
    assertThat(state(1_500).addsUp(), is(false));
    assertThat(state(1_500).open(), is(84L));
    assertThat(
        state(1_500).summary(),
        equalTo(
            "1500 payments and transactions ≠ 1400 enriched (session 1200 from the stream, 120 from"
                + " the service, 3 unknown, 7 unavailable, 70 none) + 14 duplicates + 2 dead"
                + " letters: 84 unaccounted for"));
    assertThat(state(1_416).addsUp(), is(true));
    assertThat(
        state(1_416).summary(),
        equalTo(
            "1416 payments and transactions = 1400 enriched (session 1200 from the stream, 120 from"
                + " the service, 3 unknown, 7 unavailable, 70 none) + 14 duplicates + 2 dead"
                + " letters"));
  }

  /** More results than input are as wrong as lost input. */
  @Test
  void oneTooManyDoesNotAddUp() {
    assertThat(state(1_415).addsUp(), is(false));
  }

  private static MoneyDemoState state(long wallet) {
    return new MoneyDemoState(
        Duration.ofSeconds(3_723),
        wallet,
        80,
        250,
        7.04,
        1_400,
        5.96,
        300,
        900,
        new Origins(1_200, 120, 3, 7, 70),
        14,
        8,
        33,
        5,
        2,
        4,
        new Latency(90, 190),
        new Latency(21_000, 40_000),
        "/tmp/weir.log");
  }
}

package dev.weir.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.demo.DemoLake.TableState;
import dev.weir.demo.DemoState.Latency;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final LoanDemoState STATE =
      new LoanDemoState(
          Duration.ofSeconds(3_723),
          1_000,
          940,
          700,
          200,
          40,
          20,
          10,
          30,
          new TableState(930, 12),
          10.04,
          9.5,
          7,
          new Latency(600, 990),
          new Latency(650, 1_050),
          Latency.NONE,
          "/tmp/weir.log");

  @Test
  void oneLineHoldsEveryNumber() {
    assertThat(
        STATE.picture().line(),
        equalTo(
            "3723s  applications 1000 (10/s)  decisions 940 (10/s)  approved 700  denied 200"
                + "  referred 40  duplicates 20  dead letters 10  waiting 30  rows 930  snapshots 12"
                + "  in flight 7  bureau p50/p99 600/990 ms  decision p50/p99 650/1050 ms"));
  }

  @Test
  void theScreenIsDrawnInPlace() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Screen screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);

    screen.show(STATE.picture());
    String first = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    screen.show(STATE.picture());
    String second = bytes.toString(StandardCharsets.UTF_8);

    assertThat(first, startsWith("\033[2J\033[H"));
    assertThat(second, startsWith("\033[H\033[1mWeir"));
    assertThat(
        second.replaceAll("\033\\[[0-9;]*[A-Za-z]", "").lines().map(String::stripTrailing).toList(),
        equalTo(
            List.of(
                "Weir · loan decisions   01:02:03  Ctrl-C stops",
                "",
                "applications in                    1,000          10.0 /s",
                "decisions out                        940           9.5 /s",
                "  approved                           700",
                "  denied                             200",
                "  referred                            40",
                "duplicates                            20",
                "dead letters                          10",
                "waiting                               30",
                "",
                "rows in the Iceberg table            930",
                "  snapshots                           12",
                "",
                "latency, last seconds                      p50       p99",
                "a call to the bureau                    600 ms    990 ms",
                "a decision that needs one               650 ms   1050 ms",
                "a decision that needs none                - ms      - ms",
                "",
                "bureau requests in flight              7",
                "",
                "log: /tmp/weir.log")));
  }

  @Test
  void theSummaryAddsUpOrReportsWhatIsMissing() {
    assertThat(STATE.addsUp(), is(false));
    assertThat(
        STATE.summary(),
        equalTo(
            "1000 applications ≠ 940 decisions (700 approved, 200 denied, 40 referred) + 20"
                + " duplicates + 10 dead letters; 940 decisions ≠ 930 rows in table"
                + " bank.loan_decisions, 12 snapshots: 40 unaccounted for"));
  }
}

package dev.weir.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.it.Program;
import dev.weir.local.Main;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command as a user runs it, in a process of its own. */
@Timeout(900)
class DemoCardIT {
  private static final Pattern SUM =
      Pattern.compile(
          "(\\d+) transactions in PostgreSQL = (\\d+) settled \\+ (\\d+) pending rows in Iceberg;"
              + " (\\d+) customers = (\\d+) rows; (\\d+) changes = (\\d+) read"
              + " \\((\\d+) stale, (\\d+) dead letters\\); (\\d+) windows");

  @Test
  void theDemoEndsWithACorrectSumAndStatus0() {
    try (Program demo =
        Program.start(
            "demo-card",
            Main.class,
            Map.of(),
            List.of("demo", "card", "--rate=50", "--events=250"))) {
      List<String> lines = demo.lines();

      Matcher sum = SUM.matcher(lines.get(lines.size() - 1));
      assertThat(lines.get(lines.size() - 1), sum.matches(), is(true));
      assertThat("transactions", number(sum, 1), greaterThan(100L));
      assertThat("settled and pending", number(sum, 2) + number(sum, 3), equalTo(number(sum, 1)));
      assertThat("customers", number(sum, 5), equalTo(number(sum, 4)));
      assertThat("changes", number(sum, 6), greaterThan(349L));
      assertThat("read", number(sum, 7), equalTo(number(sum, 6)));
      assertThat("stale", number(sum, 8), is(0L));
      assertThat("dead letters", number(sum, 9), is(0L));
      assertThat("windows", number(sum, 10), greaterThan(0L));
    }
  }

  private static long number(Matcher sum, int group) {
    return Long.parseLong(sum.group(group));
  }
}

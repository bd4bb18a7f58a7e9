package dev.weir.loan;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;

import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class ApplicationReaderFuzzTest {
  private static final int RECORDS = 20_000;

  /** Fixed, so that failures can be repeated; {@code -Dweir.fuzz.seed} sets another one. */
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_105);

  private final ApplicationReader reader = new ApplicationReader(false, () -> {});

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void anyBytesAreAnApplicationOrUnreadable() {
    Mutations mutations = new Mutations(SEED);
    int applications = 0;
    int unreadable = 0;
    for (int i = 0; i < RECORDS; i++) {
      RawRecord raw = mutations.next();
      try {
        keepsItsContract(reader.read(raw));
        applications++;
      } catch (UnreadableRecord e) {
        unreadable++;
      } catch (Throwable e) {
        throw new AssertionError(
            "seed %d, record %d, %s: %s"
                .formatted(SEED, i, raw.encoding(), HexFormat.of().formatHex(raw.bytes())),
            e);
      }
    }
    assertThat(applications, greaterThan(RECORDS / 10));
    assertThat(unreadable, greaterThan(RECORDS / 10));
  }

  private static void keepsItsContract(Application read) throws Exception {
    check(!read.requestId().isBlank(), "request_id");
    check(!read.ssn().reveal().isBlank(), "ssn");
    check(read.amount().scale() == 2, "scale");
    check(read.amount().signum() > 0, "amount");
    check(read.amount().compareTo(new BigDecimal("1000000000")) <= 0, "amount");
    check(!read.ts().isBefore(Instant.parse("0001-01-01T00:00:00Z")), "ts");
    check(read.ts().isBefore(Instant.parse("+10000-01-01T00:00:00Z")), "ts");
    check(CoderUtils.clone(ApplicationCoder.of(), read).equals(read), "coder");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}

package dev.weir.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.demo.MoneyDemoState.Origins;
import dev.weir.demo.MoneyTally.Session;
import java.io.IOException;
import java.time.Instant;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTallyTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String UY = "{\"clientCountryCode\":\"UY\"}";

  private final MoneyTally tally = new MoneyTally();

  @Test
  void everyEventIsCountedByTheOriginOfItsSession() throws IOException {
    add("\"s1\"", "null", UY, true, "");
    add("\"s2\"", "{\"birthYear\":\"1987\"}", UY, false, "");
    add("\"s3\"", "null", UY, false, "");
    add("\"s4\"", "null", "null", false, "");
    add(
        "\"s5\"",
        "{\"residentCountryCode\":\"AR\"}",
        "null",
        false,
        ",\"sessionLookup\":\"UNAVAILABLE\"");
    add("null", "null", "null", true, "");
    add(null, "null", "null", true, "");

    assertThat(tally.enriched(Session.KNOWN), is(3L));
    assertThat(tally.enriched(Session.UNKNOWN), is(1L));
    assertThat(tally.enriched(Session.UNAVAILABLE), is(1L));
    assertThat(tally.enriched(Session.NONE), is(2L));
    assertThat(tally.firsts(), is(3L));
    assertThat(tally.ofKnownUsers(), is(2L));
    assertThat(Origins.of(2, tally), is(new Origins(2, 1, 1, 1, 2)));
  }

  /** What the job has counted may not be on the topic yet. */
  @Test
  void sessionsFromTheStreamAreAtMostThoseThatWereRead() throws IOException {
    add("\"s1\"", "null", UY, true, "");

    assertThat(Origins.of(5, tally), is(new Origins(1, 0, 0, 0, 0)));
  }

  @Test
  void latencyIsTheTimeSinceTheEvent() throws IOException {
    add(null, "null", "null", true, "");

    Histogram latency = tally.latency();
    assertThat(latency.getTotalCount(), is(1L));
    assertThat(latency.getMaxValue(), is(250L));
    assertThat(tally.latency().getTotalCount(), is(0L));
  }

  @Test
  void deadLettersOfTheWalletAreCountedSeparately() throws IOException {
    for (String topic : new String[] {"wallet", "wallet_users", "wallet"}) {
      tally.addDeadLetter(
          ("{\"stage\":\"parse\",\"topic\":\"" + topic + "\",\"partition\":0}").getBytes(UTF_8),
          "wallet");
    }

    assertThat(tally.deadLetters(), is(3L));
    assertThat(tally.walletDeadLetters(), is(2L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"money\":{}}",
        "{\"money\":{\"processedAt\":\"2026-01-31T12:00:00Z\"}}",
        "no"
      })
  void anythingElseThanEnrichedMoneyIsRejected(String text) {
    assertThrows(IOException.class, () -> tally.addEnriched(text.getBytes(UTF_8), NOON));
    assertThat(Origins.of(0, tally), is(new Origins(0, 0, 0, 0, 0)));
  }

  /**
   * @param session its JSON; null to leave it out
   */
  private void add(String session, String user, String info, boolean first, String more)
      throws IOException {
    String id = session == null ? "" : "\"userSessionId\":" + session + ",";
    String event =
        "{\"money\":{\"type\":\"PaymentEvent\","
            + id
            + "\"processedAt\":\"2026-01-31T12:00:00Z\"},\"userInfo\":"
            + user
            + ",\"sessionInfo\":"
            + info
            + ",\"firstOccurrence\":"
            + first
            + more
            + "}";
    tally.addEnriched(event.getBytes(UTF_8), NOON.plusMillis(250));
  }
}

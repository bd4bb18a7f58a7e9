package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.local.RunCounts.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The last line of a bounded run. */
class RunSummaryTest {
  private final List<Count> counts = new ArrayList<>();

  @Test
  void loansAreCountedByStatus() {
    count("ParseApplications/Parse", "records_read", 3_999);
    count("ReadApplications/ReadRecords", "dead_letters", 1);
    count("ParseApplications/Parse", "dead_letters", 3);
    count("AskBureau/AskAboutFirst/KeepFirst/Sorted", "duplicates", 90);
    count("Decide/ApplyPolicy", "approved", 2_206);
    count("Decide/ApplyPolicy", "denied", 1_700);

    assertThat(
        LoanSummary.of(new RunCounts(counts)),
        is(
            "4,000 records read: 3,906 decisions (2,206 APPROVED, 1,700 DENIED), 90 duplicates,"
                + " 4 dead letters; every decision that needed a score has one"));
    assertThat(LoanSummary.soFar(new RunCounts(counts)), is("3,906 decisions"));
  }

  @Test
  void whatTheBureauHasNotAnsweredIsReportedWithItsReasons() {
    count("ParseApplications/Parse", "records_read", 106);
    count("Decide/ApplyPolicy", "referred", 106);
    count("AskBureau/Ask", "service_timeout", 78);
    count("AskBureau/Ask", "service_unavailable", 28);

    assertThat(
        LoanSummary.of(new RunCounts(counts)),
        is(
            "106 records read: 106 decisions (106 REFERRED), 0 duplicates, 0 dead letters;"
                + " 106 decisions lack the bureau's answer (78 timed out, 28 unavailable)"));
  }

  @Test
  void aCountOfOneIsSingular() {
    count("ParseApplications/Parse", "records_read", 1);
    count("Decide/ApplyPolicy", "referred", 1);
    count("AskBureau/Ask", "service_rejected", 1);

    assertThat(
        LoanSummary.of(new RunCounts(counts)),
        is(
            "1 record read: 1 decision (1 REFERRED), 0 duplicates, 0 dead letters;"
                + " 1 decision lacks the bureau's answer (1 rejected)"));
  }

  @Test
  void changesAreCountedByStreamAndResultsByRisk() {
    count("ParseCustomers/Parse", "records_read", 12);
    count("ParseCustomers/Parse", "changes_read", 10);
    count("ParseCustomers/Parse", "changes_deleted", 1);
    count("ParseCustomers/Parse", "tombstones", 1);
    count("ParseTransactions/Parse", "records_read", 100);
    count("ReadTransactions/ReadRecords", "dead_letters", 1);
    count("ParseTransactions/Parse", "dead_letters", 2);
    count("ParseTransactions/Parse", "changes_created", 60);
    count("ParseTransactions/Parse", "changes_updated", 38);
    count("TrackTransactions/Track", "changes_stale", 4);
    count("TrackTransactions/Track", "rows_stale", 1);
    count("TrackCustomers/Track", "rows_stale", 1);
    count("TrackTransactions/Track", "dead_letters", 2);
    count("TrackTransactions/Track", "settled_changes", 50);
    count("TrackTransactions/Track", "pending_changes", 9);
    count("ScoreTransactions/AskScorer", "risk_low", 40);
    count("ScoreTransactions/AskScorer", "risk_high", 5);
    count("ScoreTransactions/AskScorer", "risk_unknown", 2);
    count("ScoreTransactions/AskScorer", "service_unavailable", 2);

    assertThat(
        CardSummary.of(new RunCounts(counts)),
        is(
            "113 records read (12 of customers, 101 of transactions): 105 applied, 4 stale,"
                + " 1 empty, 3 dead letters; 50 settled changes (40 LOW, 5 HIGH, 2 UNKNOWN,"
                + " 3 withdrawn), 9 pending changes, 2 dead letters of changes too late for their"
                + " windows; 2 rows are stale: their last changes are dead letters; 2 settled transactions lack the scorer's score (2 unavailable)"));
    assertThat(CardSummary.soFar(new RunCounts(counts)), is("47 changes with a score"));
  }

  @Test
  void movementsAreCountedByTheOriginOfTheirSession() {
    count("ParseWallet/Parse", "records_read", 100);
    count("ParseWallet/Parse", "dead_letters", 2);
    count("ParseUsers/Parse", "records_read", 20);
    count("ParseUsers/Parse", "events_ignored", 3);
    count("ParseSessions/Parse", "records_read", 30);
    count("ParseSessions/Parse", "dead_letters", 1);
    count("EnrichFromStreams/Process", "duplicates", 5);
    count("EnrichFromStreams/Process", "duplicates_of_users_and_sessions", 4);
    count("EnrichFromStreams/Process", "events_without_session", 13);
    count("EnrichFromStreams/Process", "sessions_from_stream", 60);
    count("EnrichFromStreams/Process", "sessions_asked", 20);
    count("AskSessions/AskService", "sessions_found", 15);
    count("AskSessions/AskService", "sessions_unknown", 4);
    count("AskSessions/AskService", "sessions_unavailable", 1);
    count("AskSessions/AskService", "service_timeout", 1);

    assertThat(
        MoneySummary.of(new RunCounts(counts)),
        is(
            "150 records read (100 wallet, 20 users, 30 sessions): 93 movements enriched (60 with a"
                + " session from the stream, 15 with one from the service, 4 with an unknown"
                + " session, 1 without an answer, 13 without a session id), 42 of users and"
                + " sessions, 9 duplicates, 3 ignored, 3 dead letters; 1 movement lacks the session"
                + " service's answer (1 timed out)"));
    assertThat(MoneySummary.soFar(new RunCounts(counts)), is("93 movements enriched"));
  }

  @Test
  void numbersDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(RunCounts.number(1_234_567), is("1,234,567"));
    } finally {
      Locale.setDefault(before);
    }
  }

  private void count(String step, String name, long value) {
    counts.add(new Count(step, name, value));
  }
}

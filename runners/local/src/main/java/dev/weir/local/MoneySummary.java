package dev.weir.local;

import static dev.weir.local.RunCounts.addIfNotZero;
import static dev.weir.local.RunCounts.counted;
import static dev.weir.local.RunCounts.number;

import java.util.ArrayList;
import java.util.List;

/** The summary of a bounded run of money-enrichment; its results add up to the records it read. */
final class MoneySummary {
  private MoneySummary() {}

  /** The results of a run that has not ended. */
  static String soFar(RunCounts counts) {
    long answered =
        counts.sum("sessions_found")
            + counts.sum("sessions_unknown")
            + counts.sum("sessions_unavailable");
    long others = counts.sum("events_without_session") + counts.sum("sessions_from_stream");
    return counted(answered + others, "movement") + " enriched";
  }

  static String of(RunCounts counts) {
    long wallet = counts.read("Wallet");
    long users = counts.read("Users");
    long sessions = counts.read("Sessions");
    long repeated = counts.sum("duplicates_of_users_and_sessions");
    long taken =
        users
            + sessions
            - repeated
            - counts.refused("Users")
            - counts.refused("Sessions")
            - counts.sum("events_ignored", "ParseUsers/")
            - counts.sum("events_ignored", "ParseSessions/");
    long without = counts.sum("events_without_session");
    long fromStream = counts.sum("sessions_from_stream");
    List<String> origins = new ArrayList<>();
    addIfNotZero(origins, fromStream, "with a session from the stream");
    addIfNotZero(origins, counts.sum("sessions_found"), "with one from the service");
    addIfNotZero(origins, counts.sum("sessions_unknown"), "with an unknown session");
    addIfNotZero(origins, counts.sum("sessions_unavailable"), "without an answer");
    addIfNotZero(origins, without, "without a session id");
    return counted(wallet + users + sessions, "record")
        + " read ("
        + number(wallet)
        + " wallet, "
        + number(users)
        + " users, "
        + number(sessions)
        + " sessions): "
        + counted(without + fromStream + counts.sum("sessions_asked"), "movement")
        + " enriched"
        + (origins.isEmpty() ? "" : " (" + String.join(", ", origins) + ")")
        + ", "
        + number(taken)
        + " of users and sessions, "
        + counted(counts.sum("duplicates") + repeated, "duplicate")
        + ", "
        + number(counts.sum("events_ignored"))
        + " ignored, "
        + counted(counts.sum("dead_letters"), "dead letter")
        + "; "
        + counts.lacking(
            counts.sum("sessions_unavailable"),
            "movement",
            "the session service's answer",
            "the session service has answered every question");
  }
}

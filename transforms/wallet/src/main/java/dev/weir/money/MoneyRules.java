package dev.weir.money;

import dev.weir.dedup.DuplicateRule;
import dev.weir.dedup.KeptTimes;
import dev.weir.ordering.Rules;
import dev.weir.ordering.Turn;
import java.util.ArrayList;
import java.util.List;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The rules of money enrichment, for events in the order of their time.
 *
 * <ol>
 *   <li>Of the events with the same user and id within 24 hours of each other, the first one
 *       counts.
 *   <li>A session lives for one day from its start; then it is forgotten.
 *   <li>A movement belongs to its session if the session started at most the session wait after the
 *       movement. A movement whose session has not arrived yet waits for it; if the session does
 *       not arrive, the session service is asked. For a movement that is marked as old or is late,
 *       the service is asked immediately.
 *   <li>A movement gets the latest user data as of its own time.
 *   <li>A movement is the first occurrence if its user had no earlier movement of its money type.
 *   <li>An event whose time is ahead of its turn has a wrong time. For a movement, the session
 *       service is asked immediately; a change of a user counts from its turn on; a session is
 *       ignored.
 * </ol>
 *
 * <p>No remembered record grows with the number of events: one turn reads and writes a few records
 * of bounded size.
 *
 * <p>A movement that is emitted with a session id and without a session still needs the session
 * service.
 */
final class MoneyRules implements Rules<StoredEvent, EnrichedMoney> {
  private static final long serialVersionUID = 1L;
  private static final Duration DUPLICATES_WITHIN = Duration.standardHours(24);
  private static final long SESSION_LIFE = Duration.standardDays(1).getMillis();

  /** How late a movement can be and still get its user data as of its own time. */
  private static final long USER_HISTORY = Duration.standardDays(1).getMillis();

  /** The largest number of movements in one list of those that wait for a session. */
  static final int LIST_OF_WAITING = 16;

  /** The id of the only record of its type that a user has. */
  private static final String ONLY = "";

  private final long sessionWait;

  MoneyRules(Duration sessionWait) {
    this.sessionWait = sessionWait.getMillis();
  }

  @Override
  public String entity(StoredEvent event) {
    return event.getUserId();
  }

  @Override
  public int compareAtOneInstant(StoredEvent first, StoredEvent second) {
    int order = first.getStream().compareTo(second.getStream());
    if (order == 0) {
      order = first.getSource().compareTo(second.getSource());
    }
    if (order == 0) {
      order = Integer.compare(first.getPartition(), second.getPartition());
    }
    return order == 0 ? Long.compare(first.getPosition(), second.getPosition()) : order;
  }

  @Override
  public void next(StoredEvent event, Turn<EnrichedMoney> turn) {
    if (turn.time() > event.getProcessedAt()) {
      turn.count("events_late");
    } else if (turn.time() < event.getProcessedAt()) {
      turn.count("events_ahead");
    }
    if (isDuplicate(event, turn)) {
      turn.count(
          event.getStream() == Stream.WALLET ? "duplicates" : "duplicates_of_users_and_sessions");
      return;
    }
    Object content = event.getContent();
    if (content instanceof MoneyEvent money) {
      enrich(money, event, turn);
    } else if (content instanceof SessionCreation session) {
      begin(session, event, turn);
    } else if (content instanceof AddressChange change) {
      if (change.getResidentCountryCode() != null) {
        learn(
            KnownUser.withCountry(
                user(event, turn),
                Math.min(event.getProcessedAt(), turn.time()),
                change.getResidentCountryCode(),
                turn.time() - USER_HISTORY,
                () -> turn.count("user_versions_forgotten")),
            event,
            turn);
      }
    } else if (content instanceof BirthDateChange change && change.getBirthYear() != null) {
      learn(
          KnownUser.withBirthYear(
              user(event, turn),
              Math.min(event.getProcessedAt(), turn.time()),
              change.getBirthYear(),
              turn.time() - USER_HISTORY,
              () -> turn.count("user_versions_forgotten")),
          event,
          turn);
    }
  }

  @Override
  public void due(String deadline, Turn<EnrichedMoney> turn) {
    int colon = deadline.indexOf(':');
    if (colon < 0) {
      throw new IllegalStateException("unknown money enrichment deadline: " + deadline);
    }
    int end = colon + 1 + Integer.parseInt(deadline.substring(0, colon));
    giveUp(deadline.substring(colon + 1, end), deadline.substring(end), turn);
  }

  private static boolean isDuplicate(StoredEvent event, Turn<EnrichedMoney> turn) {
    String id = event.getStream().ordinal() + event.getId();
    KeptTimes before = turn.memory().get(KeptTimes.class, event.getUserId(), id);
    KeptTimes kept =
        DuplicateRule.judge(
            before,
            Instant.ofEpochMilli(event.getProcessedAt()),
            Instant.ofEpochMilli(turn.time()),
            DUPLICATES_WITHIN);
    if (kept == null) {
      return true;
    }
    if (DuplicateRule.isFull(before)) {
      turn.count("duplicate_times_forgotten");
    }
    turn.memory().put(event.getUserId(), id, kept, kept.getUntil());
    return false;
  }

  private static void begin(SessionCreation creation, StoredEvent event, Turn<EnrichedMoney> turn) {
    long ends = event.getProcessedAt() + SESSION_LIFE;
    if (turn.time() >= ends || turn.time() < event.getProcessedAt()) {
      return;
    }
    String user = event.getUserId();
    String id = event.getId();
    SessionInfo session =
        SessionInfo.newBuilder()
            .setProcessedAt(event.getProcessedAt())
            .setClientCountryCode(creation.getClientCountryCode())
            .build();
    turn.memory().put(user, id, session, ends);
    WaitingMoney waiting = turn.memory().get(WaitingMoney.class, user, lastList(id));
    if (waiting != null) {
      // A movement that is still waiting is always within its wait.
      for (long list = waiting.getFirstList(); list < waiting.getNextList(); list++) {
        turn.memory()
            .get(WaitingMoney.class, user, fullList(list, id))
            .getMovements()
            .forEach(movement -> emit(movement, session, turn));
        turn.memory().remove(WaitingMoney.class, user, fullList(list, id));
      }
      waiting.getMovements().forEach(movement -> emit(movement, session, turn));
      turn.memory().remove(WaitingMoney.class, user, lastList(id));
    }
  }

  private static UserInfo user(StoredEvent event, Turn<EnrichedMoney> turn) {
    UserInfo known = turn.memory().get(UserInfo.class, event.getUserId(), ONLY);
    return known == null ? KnownUser.unknown() : known;
  }

  private static void learn(UserInfo user, StoredEvent event, Turn<EnrichedMoney> turn) {
    turn.memory().put(event.getUserId(), ONLY, user);
  }

  private void enrich(MoneyEvent money, StoredEvent event, Turn<EnrichedMoney> turn) {
    UserInfo user = user(event, turn);
    boolean first = isFirst(money.getMoneyType(), user, event, turn);
    EnrichedMoney enriched = new EnrichedMoney();
    enriched.setMoney(money);
    enriched.setUserInfo(KnownUser.asOf(user, event.getProcessedAt()));
    enriched.setFirstOccurrence(first);
    if (money.getUserSessionId() == null) {
      turn.count("events_without_session");
      turn.emit(enriched, turn.time());
      return;
    }
    if (money.getIsOldMoneyEvent() || turn.time() != event.getProcessedAt()) {
      ask(enriched, turn.time(), turn);
      return;
    }
    SessionInfo session =
        turn.memory().get(SessionInfo.class, event.getUserId(), money.getUserSessionId());
    if (session != null && isAlive(session, event.getProcessedAt())) {
      emit(new WaitingMovement(event.getProcessedAt(), enriched), session, turn);
    } else {
      await(
          new WaitingMovement(event.getProcessedAt(), enriched),
          event.getUserId(),
          money.getUserSessionId(),
          turn);
    }
  }

  /** Returns whether this is the user's first movement of this type, and remembers the type. */
  private static boolean isFirst(
      String moneyType, UserInfo user, StoredEvent event, Turn<EnrichedMoney> turn) {
    if (user.getMoneyTypes().contains(moneyType)) {
      return false;
    }
    if (KnownUser.hasPlaceForMoneyType(user)) {
      learn(KnownUser.withMoneyType(user, moneyType), event, turn);
      return true;
    }
    String userId = event.getUserId();
    boolean first = turn.memory().get(KnownMoneyType.class, userId, moneyType) == null;
    if (first) {
      turn.memory().put(userId, moneyType, new KnownMoneyType(turn.time()));
    }
    return first;
  }

  private static boolean isAlive(SessionInfo session, long time) {
    return time < session.getProcessedAt() + SESSION_LIFE;
  }

  private void await(
      WaitingMovement movement, String user, String session, Turn<EnrichedMoney> turn) {
    WaitingMoney before = turn.memory().get(WaitingMoney.class, user, lastList(session));
    List<WaitingMovement> movements =
        before == null ? new ArrayList<>(1) : new ArrayList<>(before.getMovements());
    long firstList = before == null ? 0 : before.getFirstList();
    long nextList = before == null ? 0 : before.getNextList();
    if (movements.size() >= LIST_OF_WAITING) {
      turn.memory().put(user, fullList(nextList, session), new WaitingMoney(movements, 0L, 0L));
      nextList++;
      movements = new ArrayList<>(1);
    }
    movements.add(movement);
    turn.memory().put(user, lastList(session), new WaitingMoney(movements, firstList, nextList));
    turn.schedule(
        deadline(user, session),
        movement.getProcessedAt() + sessionWait,
        movement.getProcessedAt());
  }

  /** Emits the movements whose wait is over, so that the session service is asked about them. */
  private void giveUp(String user, String session, Turn<EnrichedMoney> turn) {
    WaitingMoney waiting = turn.memory().get(WaitingMoney.class, user, lastList(session));
    if (waiting == null) {
      return;
    }
    long firstList = waiting.getFirstList();
    long nextList = waiting.getNextList();
    while (firstList < nextList) {
      String id = fullList(firstList, session);
      List<WaitingMovement> list = turn.memory().get(WaitingMoney.class, user, id).getMovements();
      List<WaitingMovement> left = askIfOver(list, turn);
      if (!left.isEmpty()) {
        if (left.size() < list.size()) {
          turn.memory().put(user, id, new WaitingMoney(left, 0L, 0L));
        }
        break;
      }
      turn.memory().remove(WaitingMoney.class, user, id);
      firstList++;
    }
    // Movements in later lists wait longer.
    List<WaitingMovement> left =
        firstList < nextList ? waiting.getMovements() : askIfOver(waiting.getMovements(), turn);
    if (left.isEmpty()) {
      turn.memory().remove(WaitingMoney.class, user, lastList(session));
    } else if (left.size() < waiting.getMovements().size() || firstList > waiting.getFirstList()) {
      turn.memory().put(user, lastList(session), new WaitingMoney(left, firstList, nextList));
    }
  }

  /**
   * @return the movements that continue to wait
   */
  private List<WaitingMovement> askIfOver(
      List<WaitingMovement> movements, Turn<EnrichedMoney> turn) {
    List<WaitingMovement> left = new ArrayList<>();
    for (WaitingMovement movement : movements) {
      if (movement.getProcessedAt() + sessionWait <= turn.time()) {
        ask(movement.getEnriched(), movement.getProcessedAt(), turn);
      } else {
        left.add(movement);
      }
    }
    return left;
  }

  private static void emit(
      WaitingMovement movement, SessionInfo session, Turn<EnrichedMoney> turn) {
    EnrichedMoney before = movement.getEnriched();
    turn.count("sessions_from_stream");
    turn.emit(
        new EnrichedMoney(
            before.getMoney(),
            before.getUserInfo(),
            new SessionFacts(session.getClientCountryCode()),
            before.getFirstOccurrence(),
            null),
        movement.getProcessedAt());
  }

  private static void ask(EnrichedMoney enriched, long timestamp, Turn<EnrichedMoney> turn) {
    turn.count("sessions_asked");
    turn.emit(enriched, timestamp);
  }

  /** Returns the id of the list that a session's next waiting movement is added to. */
  private static String lastList(String session) {
    return "#" + session;
  }

  /** Returns the id of a full list, which never equals that of the last one. */
  private static String fullList(long list, String session) {
    return list + "#" + session;
  }

  /** Returns the end of a wait as text, from which the two ids can be separated again. */
  private static String deadline(String user, String session) {
    return user.length() + ":" + user + session;
  }
}

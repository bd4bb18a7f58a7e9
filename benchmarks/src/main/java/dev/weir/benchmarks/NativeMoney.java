package dev.weir.benchmarks;

import dev.weir.money.AddressChange;
import dev.weir.money.BirthDateChange;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.EventReader;
import dev.weir.money.MoneyEvent;
import dev.weir.money.SessionCreation;
import dev.weir.money.SessionFacts;
import dev.weir.money.StoredEvent;
import dev.weir.money.Stream;
import dev.weir.money.UserFacts;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Money enrichment written directly for Flink and keyed by user. Each event waits for a timer at
 * its event time, with events of the same time in one list. An event whose session has not begun
 * waits for the session or a timer. Seen ids and sessions are scanned at most once an hour.
 */
final class NativeMoney extends KeyedProcessFunction<String, NativeMoney.Event, NativeMoney.Event> {
  private static final long serialVersionUID = 1L;
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long WAIT = Duration.ofMinutes(5).toMillis();
  private static final int USERS = Stream.USERS.ordinal();
  private static final int SESSIONS = Stream.SESSIONS.ordinal();

  /** Sorts after all streams; marks the end of the wait for a session. */
  private static final int GIVE_UP = Stream.values().length;

  private static final Comparator<Event> ORDER =
      Comparator.<Event>comparingInt(event -> event.stream)
          .thenComparing(event -> event.source)
          .thenComparingInt(event -> event.partition)
          .thenComparingLong(event -> event.position);

  private transient MapState<Long, List<Event>> buffer;
  private transient MapState<String, Long> seen;
  private transient MapState<String, Session> sessions;
  private transient MapState<String, List<Event>> waiting;
  private transient ValueState<User> users;

  /** An event of any stream with its enrichment, in a form that Flink serializes. */
  public static final class Event {
    public int stream;
    public String userId;
    public String id;
    public long processedAt;
    public String source;
    public int partition;
    public long position;

    public String type;
    public String sessionId;
    public String time;
    public String amount;
    public String currency;
    public String openingBalance;
    public String closingBalance;
    public String moneyType;
    public String paymentThing;
    public String transactionThing;
    public boolean old;

    public String country;
    public int birthYear;

    public boolean known;
    public String sessionCountry;
    public boolean first;
    public boolean ask;
  }

  /** A session that has not expired. */
  public static final class Session {
    public long processedAt;
    public String country;
  }

  /** Known facts about a user, oldest first. */
  public static final class User {
    public long[] birthSince = {};
    public int[] birthYears = {};
    public long[] countrySince = {};
    public String[] countries = {};
    public String[] moneyTypes = {};
    public long cleanAt;
  }

  /** Returns null for an event that the enrichment ignores. */
  static Event parse(Stream stream, long position, byte[] json) throws UnreadableRecord {
    RawRecord raw = new RawRecord(json, Encoding.JSON, Origin.ofTopic(stream.name(), 0, position));
    StoredEvent read =
        switch (stream) {
          case WALLET -> EventReader.wallet(raw);
          case USERS -> EventReader.users(raw);
          case SESSIONS -> EventReader.sessions(raw);
        };
    if (read == null) {
      return null;
    }
    Event event = new Event();
    event.stream = stream.ordinal();
    event.userId = read.getUserId();
    event.id = read.getId();
    event.processedAt = read.getProcessedAt();
    event.source = read.getSource();
    event.partition = read.getPartition();
    event.position = read.getPosition();
    Object content = read.getContent();
    if (content instanceof MoneyEvent money) {
      event.type = money.getType();
      event.sessionId = money.getUserSessionId();
      event.time = money.getProcessedAt();
      event.amount = money.getAmount();
      event.currency = money.getCurrency();
      event.openingBalance = money.getOpeningBalance();
      event.closingBalance = money.getClosingBalance();
      event.moneyType = money.getMoneyType();
      event.paymentThing = money.getPaymentRelatedThing();
      event.transactionThing = money.getTransactionRelatedThing();
      event.old = money.getIsOldMoneyEvent();
    } else if (content instanceof SessionCreation session) {
      event.country = session.getClientCountryCode();
    } else if (content instanceof AddressChange change) {
      event.country = change.getResidentCountryCode();
    } else if (content instanceof BirthDateChange change && change.getBirthYear() != null) {
      event.birthYear = change.getBirthYear();
    }
    return event;
  }

  static EnrichedMoney enriched(Event event) {
    MoneyEvent money = new MoneyEvent();
    money.setType(event.type);
    money.setId(event.id);
    money.setUserId(event.userId);
    money.setUserSessionId(event.sessionId);
    money.setProcessedAt(event.time);
    money.setAmount(event.amount);
    money.setCurrency(event.currency);
    money.setOpeningBalance(event.openingBalance);
    money.setClosingBalance(event.closingBalance);
    money.setMoneyType(event.moneyType);
    money.setPaymentRelatedThing(event.paymentThing);
    money.setTransactionRelatedThing(event.transactionThing);
    money.setIsOldMoneyEvent(event.old);
    EnrichedMoney enriched = new EnrichedMoney();
    enriched.setMoney(money);
    if (event.known) {
      enriched.setUserInfo(
          new UserFacts(event.birthYear == 0 ? null : event.birthYear, event.country));
    }
    if (event.sessionCountry != null) {
      enriched.setSessionInfo(new SessionFacts(event.sessionCountry));
    }
    enriched.setFirstOccurrence(event.first);
    return enriched;
  }

  @Override
  public void open(Configuration parameters) {
    var events = Types.LIST(Types.POJO(Event.class));
    buffer =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("buffer", Types.LONG, events));
    seen =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("seen", Types.STRING, Types.LONG));
    sessions =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("sessions", Types.STRING, Types.POJO(Session.class)));
    waiting =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("waiting", Types.STRING, events));
    users =
        getRuntimeContext().getState(new ValueStateDescriptor<>("user", Types.POJO(User.class)));
  }

  @Override
  public void processElement(Event event, Context context, Collector<Event> out) throws Exception {
    long now = context.timerService().currentWatermark();
    if (event.processedAt > now) {
      await(event.processedAt, event, context);
    } else {
      new Turn(now, context, out).next(List.of(event));
    }
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Event> out) throws Exception {
    List<Event> events = buffer.get(time);
    if (events != null) {
      buffer.remove(time);
      new Turn(time, context, out).next(events);
    }
    if (time % HOUR == 0) {
      clean(time);
    }
  }

  private void await(long time, Event event, Context context) throws Exception {
    List<Event> before = buffer.get(time);
    List<Event> events = before == null ? new ArrayList<>(1) : new ArrayList<>(before);
    events.add(event);
    buffer.put(time, events);
    context.timerService().registerEventTimeTimer(time);
  }

  private void clean(long now) throws Exception {
    for (Iterator<Map.Entry<String, Long>> all = seen.iterator(); all.hasNext(); ) {
      if (all.next().getValue() + DAY < now) {
        all.remove();
      }
    }
    for (Iterator<Map.Entry<String, Session>> all = sessions.iterator(); all.hasNext(); ) {
      if (all.next().getValue().processedAt + DAY <= now) {
        all.remove();
      }
    }
  }

  /** Processes the events of one user at one time. */
  private final class Turn {
    private final long now;
    private final Context context;
    private final Collector<Event> out;
    private final User user;
    private boolean changed;

    Turn(long now, Context context, Collector<Event> out) throws Exception {
      this.now = now;
      this.context = context;
      this.out = out;
      User read = users.value();
      this.user = read == null ? new User() : read;
    }

    void next(List<Event> events) throws Exception {
      List<Event> ordered = events;
      if (events.size() > 1) {
        ordered = new ArrayList<>(events);
        ordered.sort(ORDER);
      }
      for (Event event : ordered) {
        if (event.stream == GIVE_UP) {
          giveUp(event.sessionId);
        } else if (isFirst(event)) {
          process(event);
        }
      }
      if (changed) {
        users.update(user);
      }
    }

    private boolean isFirst(Event event) throws Exception {
      String key = event.stream + event.id;
      Long before = seen.get(key);
      if (before != null && Math.abs(event.processedAt - before) <= DAY) {
        return false;
      }
      seen.put(key, event.processedAt);
      long cleanAt = (Math.max(now, event.processedAt) + DAY) / HOUR * HOUR + HOUR;
      if (cleanAt != user.cleanAt) {
        context.timerService().registerEventTimeTimer(cleanAt);
        user.cleanAt = cleanAt;
        changed = true;
      }
      return true;
    }

    private void process(Event event) throws Exception {
      if (event.stream == SESSIONS) {
        begin(event);
      } else if (event.stream == USERS) {
        learn(event);
      } else {
        enrich(event);
      }
    }

    private void begin(Event event) throws Exception {
      if (now >= event.processedAt + DAY) {
        return;
      }
      Session session = new Session();
      session.processedAt = event.processedAt;
      session.country = event.country;
      sessions.put(event.id, session);
      List<Event> before = waiting.get(event.id);
      if (before != null) {
        for (Event movement : before) {
          movement.sessionCountry = event.country;
          out.collect(movement);
        }
        waiting.remove(event.id);
      }
    }

    private void learn(Event event) {
      if (event.birthYear != 0) {
        int at = place(user.birthSince, event.processedAt);
        user.birthSince = with(user.birthSince, at, event.processedAt);
        int[] years = Arrays.copyOf(user.birthYears, user.birthYears.length + 1);
        System.arraycopy(user.birthYears, at, years, at + 1, user.birthYears.length - at);
        years[at] = event.birthYear;
        user.birthYears = years;
        int forgotten = forgotten(user.birthSince);
        user.birthSince = Arrays.copyOfRange(user.birthSince, forgotten, user.birthSince.length);
        user.birthYears = Arrays.copyOfRange(user.birthYears, forgotten, user.birthYears.length);
        changed = true;
      } else if (event.country != null) {
        int at = place(user.countrySince, event.processedAt);
        user.countrySince = with(user.countrySince, at, event.processedAt);
        String[] codes = Arrays.copyOf(user.countries, user.countries.length + 1);
        System.arraycopy(user.countries, at, codes, at + 1, user.countries.length - at);
        codes[at] = event.country;
        user.countries = codes;
        int forgotten = forgotten(user.countrySince);
        user.countrySince =
            Arrays.copyOfRange(user.countrySince, forgotten, user.countrySince.length);
        user.countries = Arrays.copyOfRange(user.countries, forgotten, user.countries.length);
        changed = true;
      }
    }

    private int forgotten(long[] since) {
      int forgotten = 0;
      while (forgotten + 1 < since.length && since[forgotten + 1] <= now - DAY) {
        forgotten++;
      }
      return forgotten;
    }

    private static int place(long[] since, long time) {
      int at = since.length;
      while (at > 0 && since[at - 1] > time) {
        at--;
      }
      return at;
    }

    private static long[] with(long[] since, int at, long time) {
      long[] longer = Arrays.copyOf(since, since.length + 1);
      System.arraycopy(since, at, longer, at + 1, since.length - at);
      longer[at] = time;
      return longer;
    }

    private void enrich(Event event) throws Exception {
      event.first = !Arrays.asList(user.moneyTypes).contains(event.moneyType);
      if (event.first) {
        user.moneyTypes = Arrays.copyOf(user.moneyTypes, user.moneyTypes.length + 1);
        user.moneyTypes[user.moneyTypes.length - 1] = event.moneyType;
        changed = true;
      }
      int year = place(user.birthSince, event.processedAt) - 1;
      int country = place(user.countrySince, event.processedAt) - 1;
      event.birthYear = year < 0 ? 0 : user.birthYears[year];
      event.country = country < 0 ? null : user.countries[country];
      event.known = year >= 0 || country >= 0;
      if (event.sessionId == null) {
        out.collect(event);
        return;
      }
      if (event.old || now > event.processedAt) {
        event.ask = true;
        out.collect(event);
        return;
      }
      Session session = sessions.get(event.sessionId);
      if (session != null && event.processedAt < session.processedAt + DAY) {
        event.sessionCountry = session.country;
        out.collect(event);
        return;
      }
      List<Event> before = waiting.get(event.sessionId);
      List<Event> all = before == null ? new ArrayList<>(1) : new ArrayList<>(before);
      all.add(event);
      waiting.put(event.sessionId, all);
      Event deadline = new Event();
      deadline.stream = GIVE_UP;
      deadline.userId = event.userId;
      deadline.sessionId = event.sessionId;
      deadline.source = "";
      await(event.processedAt + WAIT, deadline, context);
    }

    private void giveUp(String sessionId) throws Exception {
      List<Event> all = waiting.get(sessionId);
      if (all == null) {
        return;
      }
      List<Event> left = new ArrayList<>();
      for (Event movement : all) {
        if (movement.processedAt + WAIT <= now) {
          movement.ask = true;
          out.collect(movement);
        } else {
          left.add(movement);
        }
      }
      if (left.isEmpty()) {
        waiting.remove(sessionId);
      } else {
        waiting.put(sessionId, left);
      }
    }
  }
}

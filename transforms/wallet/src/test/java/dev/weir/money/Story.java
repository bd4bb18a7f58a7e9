package dev.weir.money;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.ordering.LiveOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.values.TimestampedValue;

/** Events that arrive while time passes, and the outputs at each step. */
final class Story {
  static final org.joda.time.Duration WAIT = org.joda.time.Duration.standardMinutes(5);

  private final LiveOrder<StoredEvent, EnrichedMoney> live =
      new LiveOrder<>(
          new MoneyRules(WAIT),
          SingleObjectCoder.of(StoredEvent.class),
          EnrichFromStreams.memory());
  private final List<List<TimestampedValue<StoredEvent>>> events = new ArrayList<>();
  private int seen;

  Story arrive(Happening... happenings) {
    List<TimestampedValue<StoredEvent>> bundle =
        Arrays.stream(happenings).map(Happening::arriving).toList();
    events.add(bundle);
    live.arrive(bundle);
    return this;
  }

  /** The watermark passes. */
  Story pass(Duration afterNoon) {
    live.pass(Happening.NOON.plus(afterNoon.toMillis()));
    return this;
  }

  /** Expects these new outputs, in this order; see {@link #text}. */
  Story emits(String... outputs) {
    List<TimestampedValue<EnrichedMoney>> all = live.outputs();
    List<String> added = all.subList(seen, all.size()).stream().map(Story::text).toList();
    seen = all.size();
    assertThat(added, is(List.of(outputs)));
    return this;
  }

  int outputs() {
    return live.outputs().size();
  }

  /** The number of movements that were emitted as the first of their kind. */
  long firsts() {
    return live.outputs().stream().filter(out -> out.getValue().getFirstOccurrence()).count();
  }

  /** The longest list in a record that was ever written. */
  int longestList() {
    return live.written().stream().mapToInt(Story::longestList).max().orElse(0);
  }

  private static int longestList(SpecificRecordBase record) {
    int longest = 0;
    for (Schema.Field field : record.getSchema().getFields()) {
      if (record.get(field.pos()) instanceof Collection<?> list) {
        longest = Math.max(longest, list.size());
      }
    }
    return longest;
  }

  /** The size of the largest page of memory, in bytes. */
  int largestPage() {
    return Collections.max(live.pageSizes());
  }

  /** The known facts about ann. */
  UserInfo ann() {
    return (UserInfo) live.remembered("ann UserInfo/");
  }

  /** Expects the output watermark to be held at this time. */
  Story isHeldAt(Duration afterNoon) {
    assertThat(live.heldAt(), is(Happening.NOON.plus(afterNoon.toMillis())));
    return this;
  }

  /** Expects that only these keys are remembered in the end. */
  Story remembers(String... keys) {
    assertThat(live.remembered(), is(Set.of(keys)));
    return this;
  }

  /** Expects that nothing waits and no timer is set. */
  Story isQuiet() {
    assertThat(live.isQuiet(), is(true));
    return this;
  }

  /** Expects the results of a run in which all events are available at once, in another order. */
  Story isTheSameAtOnce() {
    List<TimestampedValue<StoredEvent>> shuffled = new ArrayList<>();
    events.forEach(shuffled::addAll);
    Collections.shuffle(shuffled, new Random(7));
    assertThat(live.outputs(), is(LiveOrder.drained(new MoneyRules(WAIT), List.of(shuffled))));
    return this;
  }

  /**
   * As {@code p1 born 1987 resident UY in BR first @PT1M}, with what there is of it; {@code asked}
   * where the session service is to be asked.
   */
  static String text(TimestampedValue<EnrichedMoney> output) {
    EnrichedMoney enriched = output.getValue();
    StringBuilder text = new StringBuilder(enriched.getMoney().getId());
    UserFacts user = enriched.getUserInfo();
    if (user != null) {
      assertThat(user, is(not(new UserFacts(null, null))));
      text.append(user.getBirthYear() == null ? "" : " born " + user.getBirthYear());
      String country = user.getResidentCountryCode();
      text.append(country == null ? "" : " resident " + country);
    }
    if (enriched.getSessionInfo() != null) {
      text.append(" in ").append(enriched.getSessionInfo().getClientCountryCode());
    } else if (enriched.getMoney().getUserSessionId() != null) {
      text.append(" asked");
    }
    text.append(enriched.getFirstOccurrence() ? " first" : "");
    long after = output.getTimestamp().getMillis() - Happening.NOON.getMillis();
    return text.append(" @").append(Duration.ofMillis(after)).toString();
  }
}

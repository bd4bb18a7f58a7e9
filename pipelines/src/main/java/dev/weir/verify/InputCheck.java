package dev.weir.verify;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;
import dev.weir.verify.InputReader.Effect;
import java.util.List;

/**
 * Checks that each record of an input has exactly one outcome: a result, a dead letter, or one of
 * those that are only counted.
 */
final class InputCheck {
  private static final String READ = "records read";
  private static final String LETTERS = "dead letters";

  private final InputPort port;
  private final InputReader reader;
  private final Results results;
  private final RecordsCheck letters;
  private final boolean readableLetters;
  private final VerifyRules rules;
  private final Differences differences;

  /** Where the result of a readable record is looked for. */
  interface Results {
    /** What results are counted as, such as {@code with a decision}. */
    String name();

    /** What a further record with the same result is counted as. */
    String nameOfMore();

    RecordsCheck.Match match(Effect effect);

    /** Whether a missing result is an error. */
    boolean isComplete();
  }

  /**
   * @param results null if only dead letters are compared
   * @param letters null if dead letters are not compared
   * @param readableLetters whether a readable record may be a dead letter too, of a later step
   */
  InputCheck(
      InputPort port,
      InputReader reader,
      Results results,
      RecordsCheck letters,
      boolean readableLetters,
      VerifyRules rules,
      Differences differences) {
    this.port = port;
    this.reader = reader;
    this.results = results;
    this.letters = letters;
    this.readableLetters = readableLetters;
    this.rules = rules;
    this.differences = differences;
  }

  void read() {
    port.counts().start(READ);
    if (results != null) {
      port.counts().start(results.name());
      port.counts().start(results.nameOfMore());
    }
    port.counts().start(LETTERS);
    port.records()
        .forEach(
            new RawRecords.Handler() {
              @Override
              public void record(RawRecord record) {
                port.counts().count(READ);
                try {
                  take(record.origin(), reader.read(record));
                } catch (UnreadableRecord e) {
                  letter(record.origin(), e);
                }
              }

              @Override
              public void unreadable(Origin origin, UnreadableRecord why) {
                port.counts().count(READ);
                letter(origin, why);
              }
            });
    differences.write();
  }

  private void take(Origin origin, Effect effect) {
    if (letters != null && readableLetters) {
      letters.seen(place(origin));
    }
    if (effect.identity() == null || results == null) {
      port.counts().count(effect.name() == null ? "readable" : effect.name());
      return;
    }
    switch (results.match(effect)) {
      case NEW -> port.counts().count(results.name());
      case DUPLICATE -> port.counts().count(results.nameOfMore());
      default -> {
        if (rules.running() || !results.isComplete()) {
          port.counts().count("without a result yet");
        } else {
          port.counts().count("without a result");
          differences.add(difference(effect.identity(), "has no result", origin));
        }
      }
    }
  }

  private void letter(Origin origin, UnreadableRecord why) {
    port.counts().count(LETTERS);
    if (letters == null || letters.match(place(origin), 0) != RecordsCheck.Match.MISSING) {
      return;
    }
    if (rules.running() || !letters.isComplete()) {
      port.counts().count("without a dead letter yet");
    } else {
      differences.add(
          difference(
              place(origin), "is unreadable (" + why.reason() + "), but no dead letter", origin));
    }
  }

  private Difference difference(String identity, String what, Origin origin) {
    return new Difference(
        port.option(), "record", identity, what, List.of(described(origin)), null, null);
  }

  private static String described(Origin origin) {
    return origin.isFile()
        ? "file " + origin.source() + ", line " + origin.position()
        : "topic "
            + origin.source()
            + ", partition "
            + origin.partition()
            + ", offset "
            + origin.position();
  }

  /** The identity of the dead letter of a record. */
  private static String place(Origin origin) {
    return OutputKind.joined(
        origin.isFile()
            ? List.of(origin.source(), Long.toString(origin.position()))
            : List.of(
                origin.source(),
                Integer.toString(origin.partition()),
                Long.toString(origin.position())));
  }
}

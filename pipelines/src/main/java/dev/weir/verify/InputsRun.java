package dev.weir.verify;

import com.google.common.hash.HashFunction;
import dev.weir.verify.InputReader.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares the inputs of a job with its outputs, once those are read. */
final class InputsRun {
  private final Map<String, OutputCheck> checks;
  private final VerifyRules rules;
  private final Differences differences;
  private final HashFunction hash;
  private final boolean all;

  /** How an input is read, and the names of the outputs that hold its results. */
  record Described(InputReader reader, List<String> results) {}

  /**
   * @param all whether all inputs of the job are compared
   */
  InputsRun(
      Map<String, OutputCheck> checks,
      VerifyRules rules,
      Differences differences,
      HashFunction hash,
      boolean all) {
    this.checks = checks;
    this.rules = rules;
    this.differences = differences;
    this.hash = hash;
    this.all = all;
  }

  void read(List<Described> inputs, List<InputPort> ports) {
    RecordsCheck letters =
        checks.get(Verification.DEAD_LETTERS) instanceof RecordsCheck check ? check : null;
    for (int n = 0; n < inputs.size(); n++) {
      read(inputs.get(n), ports.get(n), letters);
    }
    if (letters != null && all && ports.stream().allMatch(InputPort::complete)) {
      letters.reportWithoutInput("the inputs");
    }
  }

  private void read(Described input, InputPort port, RecordsCheck letters) {
    List<ChangelogCheck> rows = new ArrayList<>();
    RecordsCheck records = null;
    for (String name : input.results) {
      if (checks.get(name) instanceof ChangelogCheck check) {
        rows.add(check);
      } else if (checks.get(name) instanceof RecordsCheck check) {
        records = check;
      }
    }
    boolean changes = !rows.isEmpty() && rows.size() == input.results.size();
    InputKeys keys = changes ? new InputKeys(hash, rows) : null;
    InputCheck.Results results =
        changes ? keys : records == null ? null : new Matches(records, input.results.get(0));
    // Steps after the parser reject changes too.
    boolean readableLetters = !input.results.isEmpty() && records == null;
    new InputCheck(port, input.reader, results, letters, readableLetters, rules, differences)
        .read();
    if (changes) {
      keys.compare(port, input.reader, rules, differences);
    } else if (records != null && port.complete()) {
      records.reportWithoutInput("--" + port.option());
    }
  }

  /** The results of an input of which each has a record of its own. */
  private record Matches(RecordsCheck records, String name) implements InputCheck.Results {
    @Override
    public String nameOfMore() {
      return "duplicates";
    }

    @Override
    public RecordsCheck.Match match(Effect effect) {
      return records.match(effect.identity(), effect.time());
    }

    @Override
    public boolean isComplete() {
      return records.isComplete();
    }
  }
}

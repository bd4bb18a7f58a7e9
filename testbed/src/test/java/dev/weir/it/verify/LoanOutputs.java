package dev.weir.it.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.deadletter.DeadLetter;
import dev.weir.encoding.PlainJson;
import dev.weir.it.loans.Loan;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Status;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a job of loan decisions has read and written, in lists that a test can change before they
 * are published. Applications and dead letters are on one partition, so that their offsets are
 * known.
 */
final class LoanOutputs {
  private final Outputs outputs;
  private final String run;

  /** Values of applications, by offset. */
  final List<byte[]> applications = new ArrayList<>();

  final List<LoanDecision> published = new ArrayList<>();
  final List<LoanDecision> rows = new ArrayList<>();
  final List<DeadLetter> letters = new ArrayList<>();

  /** The decisions that a test may change, in a random order. */
  final List<LoanDecision> untouched;

  LoanOutputs(Outputs outputs, String run, int count, Random random) {
    this.outputs = outputs;
    this.run = run;
    for (int n = 0; n < count; n++) {
      Loan loan = Loan.aLoan(run + "-" + n).at(Loan.NOON.plusSeconds(n));
      applications.add(loan.avro());
      if (n % 10 == 3) {
        applications.add(loan.later(java.time.Duration.ofMinutes(5)).amount("7.00").avro());
      }
      published.add(decision(loan));
      if (n % 20 == 7) {
        unreadable();
        letter(applications.size() - 1L);
      }
    }
    rows.addAll(published);
    Collections.shuffle(rows, random);
    untouched = new ArrayList<>(published);
    Collections.shuffle(untouched, random);
  }

  LoanDecision next() {
    return untouched.remove(0);
  }

  void unreadable() {
    applications.add("no application".getBytes(UTF_8));
  }

  void letter(long offset) {
    letters.add(
        DeadLetter.newBuilder()
            .setStage("parse-applications")
            .setReason("MALFORMED")
            .setDetail("not in Avro single-object encoding")
            .setTopic(run + "-applications")
            .setPartition(0)
            .setOffset(offset)
            .build());
  }

  static LoanDecision decision(Loan loan) {
    return new LoanDecision(
        loan.requestId(),
        Status.APPROVED,
        "Internal Customer Check",
        ApplicantType.KNOWN,
        new BigDecimal(loan.amount()),
        null,
        loan.ts());
  }

  static LoanDecision referred(LoanDecision decision) {
    return LoanDecision.newBuilder(decision)
        .setStatus(Status.REFERRED)
        .setReason("Bureau Unavailable: TIMEOUT")
        .build();
  }

  /** Writes everything and returns the options that name it. */
  String[] write() {
    Map<String, String> topics = new HashMap<>();
    for (String option : List.of("applications", "decisions", "deadLetters")) {
      topics.put(option, outputs.topic(run + "-" + option));
    }
    applications.forEach(value -> outputs.publish(run + "-applications", "0", value, null));
    for (LoanDecision decision : published) {
      outputs.publish(
          run + "-decisions",
          decision.getRequestId(),
          PlainJson.write(decision),
          "loan-decisions 0 1.1 0 =");
    }
    for (DeadLetter letter : letters) {
      outputs.publish(
          run + "-deadLetters",
          letter.getTopic() + "/" + letter.getPartition() + "/" + letter.getOffset(),
          PlainJson.write(letter),
          "loan-decisions 3 1.1 0 =");
    }
    outputs.flush();
    outputs.append(namespace() + ".loan_decisions", LoanDecision.class, rows);
    List<String> options = new ArrayList<>();
    topics.forEach((option, uri) -> options.add("--" + option + "=" + uri));
    options.add("--ledger=iceberg:" + namespace());
    return options.toArray(String[]::new);
  }

  String namespace() {
    return run.replace('-', '_');
  }
}

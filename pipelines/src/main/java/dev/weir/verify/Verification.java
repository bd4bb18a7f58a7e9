package dev.weir.verify;

import com.google.common.hash.HashFunction;
import dev.weir.deadletter.DeadLetter;
import dev.weir.needs.Needs;
import dev.weir.ports.KafkaOptions;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.LedgerOptions;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * The outputs and inputs of a job that are compared with each other. Nothing is opened before
 * {@link #run}.
 */
public final class Verification {
  /** The name of the output that the dead letters of all inputs are in. */
  public static final String DEAD_LETTERS = "dead letters";

  private static final OutputKind<DeadLetter> LETTERS =
      OutputKind.ofRecords(
          DeadLetter.class,
          List.of("topic", "partition", "offset", "file", "line"),
          List.of("topic", "partition", "offset", "file", "line"));

  private final String catalogFile;
  private final KafkaSettings kafka;
  private final Ledger ledger;
  private final VerifyRules rules;
  private final String from;
  private final List<Output> outputs = new ArrayList<>();
  private final List<Input> inputs = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** Two outputs of which a key may have a row in one only. */
  private final List<Exclusive> exclusive = new ArrayList<>();

  private int inputsOfJob;

  private record Output(
      String name, OutputKind<?> kind, String option, String uri, Port port, Port table) {}

  /**
   * @param results the names of the outputs that hold its results
   */
  private record Input(
      String option,
      String uri,
      Schema avro,
      String timeColumn,
      InputReader reader,
      List<String> results) {}

  private record Exclusive(String one, String other, String what) {}

  private Verification(
      String catalogFile, KafkaSettings kafka, Ledger ledger, VerifyRules rules, String from) {
    this.catalogFile = catalogFile;
    this.kafka = kafka;
    this.ledger = ledger;
    this.rules = rules;
    this.from = from;
  }

  /**
   * @param options the options of the job
   * @param pipeline the name of the pipeline
   * @param running see {@link VerifyRules}
   * @throws PortException if an argument is invalid
   */
  public static <O extends LedgerOptions & KafkaOptions> Verification of(
      O options, String pipeline, boolean running) {
    Ledger ledger = Ledger.of(options, pipeline, true);
    KafkaSettings kafka = KafkaSettings.of(options, ledger.sinkId(), true);
    return new Verification(
        options.getCatalog(),
        kafka,
        ledger,
        new VerifyRules(ledger.sinkId(), running, kafka.exactlyOnce().isEmpty()),
        options.getFrom());
  }

  /** The settings of the tables. */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * Adds an output, if it is given.
   *
   * @param name the name of its results, for the inputs
   * @param option the option of its port
   * @param uri the value of the option; null if it is not given
   * @param namespace the value of {@code --ledger}; null if it is not given
   * @param table the table in the namespace; null if there is none
   * @throws PortException if an argument is invalid
   */
  public Verification output(
      String name,
      OutputKind<? extends SpecificRecordBase> kind,
      String option,
      String uri,
      String namespace,
      String table) {
    Port port = uri == null ? null : Port.parse(option, uri);
    Port kept =
        namespace == null || table == null
            ? null
            : Port.parse("ledger", "iceberg:" + Port.namespace("ledger", namespace) + "." + table);
    if (port != null) {
      // A bounded input: every kind of output fits it.
      Outputs.checkFits(option, port, new Port.Files("", false));
      if (port instanceof Port.Topic topic && topic.avro()) {
        kafka.registryFor(topic);
      }
    }
    if (port != null || kept != null) {
      outputs.add(new Output(name, kind, option, uri, port, kept));
    }
    return this;
  }

  /**
   * Adds an input, if it is given.
   *
   * @param uri the value of the option; null if it is not given
   * @param avro the schema of its records, if they are Avro; null for JSON
   * @param timeColumn the column that the time range of a table applies to
   * @param results the names of the outputs that hold its results; none if it has only dead letters
   * @throws PortException if an argument is invalid
   */
  public Verification input(
      String option,
      String uri,
      Schema avro,
      String timeColumn,
      InputReader reader,
      String... results) {
    inputsOfJob++;
    if (uri == null) {
      return this;
    }
    Port port = Port.parse(option, uri);
    if (port instanceof Port.Database) {
      notes.add("--" + option + ": not compared: a database's log cannot be read again");
    } else if (port instanceof Port.Topic && from != null && !from.equals("earliest")) {
      notes.add("--" + option + ": not compared: the job began at --from=" + from);
    } else {
      inputs.add(new Input(option, uri, avro, timeColumn, reader, List.of(results)));
    }
    return this;
  }

  /** Adds the output of dead letters, if it is given. */
  public Verification deadLetters(String uri) {
    return output(DEAD_LETTERS, LETTERS, "deadLetters", uri, null, null);
  }

  /** A key has a row in at most one of two changelogs, if both are given. */
  public Verification exclusive(String one, String other, String what) {
    exclusive.add(new Exclusive(one, other, what));
    return this;
  }

  /**
   * The external resources that the ports name.
   *
   * @throws PortException if no output is given
   */
  public Needs needs() {
    if (outputs.isEmpty()) {
      throw new PortException(
          "no output is given; write at least one, as for the job, or --ledger=iceberg:db");
    }
    Needs needs = Needs.of(false, catalogFile, ledger.catalog()).usesKafka(kafka);
    for (Output output : outputs) {
      if (output.port != null) {
        needs.reads(output.option, output.port);
      }
      if (output.table != null) {
        needs.reads("ledger", output.table);
      }
    }
    inputs.forEach(input -> needs.reads(input.option, Port.parse(input.option, input.uri)));
    return needs;
  }

  /** Reads and compares everything. */
  public VerifyReport run() {
    Differences differences = new Differences();
    HashFunction hash = HashedRecords.newHash();
    try (PortOpener opener = new PortOpener(kafka, ledger)) {
      Map<String, OutputCheck> checks = new LinkedHashMap<>();
      for (Output output : outputs) {
        List<OutputPort> ports = open(opener, output);
        checks.put(
            output.name,
            output.kind.changelogKey().isPresent()
                ? new ChangelogCheck(output.kind, ports, rules, differences, hash)
                : new RecordsCheck(output.kind, ports, rules, differences, hash));
      }
      List<InputPort> opened = new ArrayList<>();
      for (Input input : inputs) {
        opened.add(opener.input(input.option, input.uri, input.avro, input.timeColumn));
      }
      for (OutputCheck check : checks.values()) {
        check.read();
        check.compare();
      }
      if (!rules.running()) {
        exclusive.forEach(pair -> compare(pair, checks, differences));
      }
      new InputsRun(checks, rules, differences, hash, opened.size() == inputsOfJob)
          .read(inputs.stream().map(Verification::described).toList(), opened);
      List<String> lines = new ArrayList<>();
      checks.values().forEach(c -> c.ports().forEach(port -> lines.add(port.line())));
      opened.forEach(port -> lines.add(port.line()));
      lines.addAll(notes);
      return new VerifyReport(lines, differences.lines(), differences.count());
    }
  }

  private static InputsRun.Described described(Input input) {
    return new InputsRun.Described(input.reader, input.results);
  }

  /** The table comes first: a running job publishes a record before it commits its row. */
  private static List<OutputPort> open(PortOpener opener, Output output) {
    boolean both = output.port != null && output.table != null;
    List<OutputPort> ports = new ArrayList<>();
    if (output.table != null) {
      Port.Table table = (Port.Table) output.table;
      ports.add(
          new OutputPort(
              "ledger",
              "iceberg:" + table.name(),
              opener.output("ledger", table, output.kind, both)));
    }
    if (output.port != null) {
      ports.add(
          0,
          new OutputPort(
              output.option,
              output.uri,
              opener.output(output.option, output.port, output.kind, true)));
    }
    return ports;
  }

  private static void compare(
      Exclusive pair, Map<String, OutputCheck> checks, Differences differences) {
    if (checks.get(pair.one) instanceof ChangelogCheck one
        && checks.get(pair.other) instanceof ChangelogCheck other) {
      one.forEachLive(
          id -> {
            if (other.isLive(id)) {
              differences.add(one.ofLive(id, pair.what));
            }
          });
      differences.write();
    }
  }
}

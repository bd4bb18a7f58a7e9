package dev.weir.needs;

import dev.weir.kafka.registry.AvroWireFormat;
import dev.weir.kafka.registry.PublishedSchema;
import dev.weir.kafka.registry.RegistryClient;
import dev.weir.kafka.registry.RegistryException;
import dev.weir.kafka.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** Asks a schema registry once, and registers the schemas of the outputs. */
final class RegistryCheck {
  static final String OPTION = "schemaRegistry";

  /**
   * What is wrong.
   *
   * @param outage whether it may be right later
   */
  record Problem(String line, boolean outage) {}

  private record Output(String option, String topic, Schema schema) {}

  private final SchemaRegistry registry;
  private final List<Output> outputs = new ArrayList<>();
  private List<Problem> problems;

  RegistryCheck(SchemaRegistry registry) {
    this.registry = registry;
  }

  /** Adds a topic whose values are Avro. */
  void registers(String option, String topic, Schema record) {
    outputs.add(new Output(option, topic, record));
  }

  String address() {
    return registry.toString();
  }

  synchronized List<Problem> problems() {
    if (problems == null) {
      problems = find();
    }
    return problems;
  }

  private List<Problem> find() {
    List<Problem> found = new ArrayList<>();
    RegistryClient client = RegistryClient.impatient(registry);
    try {
      client.probe();
    } catch (RegistryException e) {
      // The outputs would have the same problem.
      return List.of(problem(OPTION, e));
    }
    for (Output output : outputs) {
      try {
        client.register(
            AvroWireFormat.subject(output.topic()), PublishedSchema.of(output.schema()));
      } catch (RegistryException e) {
        found.add(problem(output.option(), e));
      }
    }
    return found;
  }

  private static Problem problem(String option, RegistryException failure) {
    String hint = failure.isOutage() ? "; start it, or check the address" : "";
    return new Problem(Need.line(option, failure.getMessage() + hint), failure.isOutage());
  }
}

package dev.weir.generate;

import dev.weir.kafka.ClientProperties;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.PortException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option for a Kafka cluster with TLS or authentication. */
final class KafkaTarget {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--kafkaProperties",
      paramLabel = "<file>",
      description =
          "File with Kafka's client properties, such as those for TLS and SASL; env:NAME or"
              + " $${env:NAME} reads a secret from the environment. Default: no TLS, no"
              + " authentication.")
  private String file;

  /**
   * @throws ParameterException if the file cannot be used
   */
  ClientProperties properties() {
    try {
      return KafkaSettings.properties(file);
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}

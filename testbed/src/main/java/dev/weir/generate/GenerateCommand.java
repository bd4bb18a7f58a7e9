package dev.weir.generate;

import picocli.CommandLine.Command;

/** Generates input for the pipelines; the subcommand selects the kind. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    version = "generate of Weir",
    description = "Generates input for the pipelines, into a Kafka topic, a database or a file.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GenerateLoansCommand.class,
      GenerateCardCommand.class,
      GenerateMoneyCommand.class
    })
public final class GenerateCommand {}

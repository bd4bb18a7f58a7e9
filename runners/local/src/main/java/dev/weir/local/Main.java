package dev.weir.local;

import com.google.common.base.Throwables;
import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.folders.TemporaryFolder;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import dev.weir.ports.DatabaseException;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The entry point: the first word is the command. Without one it is {@code demo}, if the test bed
 * is on the class path, and {@code --help} otherwise.
 */
@Command(
    name = "weir",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Real-time decisions for lenders and card issuers.")
public final class Main {
  private static final String DEMO = "demo";

  private Main() {}

  public static void main(String[] arguments) {
    LogFile.prepare();
    int status = run(arguments);
    LogFile.keep();
    System.exit(status);
  }

  /**
   * @return the exit status: 0 done, 1 failed, 2 an argument was invalid
   */
  public static int run(String... arguments) {
    CommandLine weir = commandLine();
    String withoutArguments = weir.getSubcommands().containsKey(DEMO) ? DEMO : "--help";
    return weir.execute(arguments.length == 0 ? new String[] {withoutArguments} : arguments);
  }

  public static CommandLine commandLine() {
    CommandLine weir =
        new CommandLine(new Main())
            .addSubcommand(
                new PipelineCommand<>(
                        LoanDecisionsOptions.class,
                        LoanDecisions::check,
                        LoanDecisions::needs,
                        LoanDecisions::run,
                        LoanSummary::of,
                        LoanSummary::soFar)
                    .named("loan-decisions", "Decides loan applications, live or from history."))
            .addSubcommand(
                new PipelineCommand<>(
                        CardTransactionsOptions.class,
                        CardTransactions::check,
                        CardTransactions::needs,
                        CardTransactions::run,
                        CardSummary::of,
                        CardSummary::soFar)
                    .named(
                        "card-transactions",
                        "Follows card transactions from PostgreSQL to the lake."))
            .addSubcommand(
                new PipelineCommand<>(
                        MoneyEnrichmentOptions.class,
                        MoneyEnrichment::check,
                        MoneyEnrichment::needs,
                        MoneyEnrichment::run,
                        MoneySummary::of,
                        MoneySummary::soFar)
                    .named(
                        "money-enrichment",
                        "Enriches money movements with users and sessions, live or from history."))
            .addSubcommand(new MaintainLedgerCommand())
            .addSubcommand(new BootstrapCommand())
            .addSubcommand(new InspectStateCommand())
            .addSubcommand(new VerifyOutputCommand());
    for (CommandProvider more : ServiceLoader.load(CommandProvider.class)) {
      more.commands().forEach(weir::addSubcommand);
    }
    return weir.setParameterExceptionHandler(Main::explain)
        .setExecutionExceptionHandler(Main::fail);
  }

  private static int explain(ParameterException e, String... arguments) {
    StringBuilder line = new StringBuilder(e.getMessage().lines().findFirst().orElse("?"));
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> unknown = unmatched.getUnmatched();
      line.setLength(0);
      line.append("unknown ")
          .append(unmatched.isUnknownOption() ? "option " : "command ")
          .append(unknown.isEmpty() ? "" : "'" + unknown.get(0) + "'");
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        line.append("; did you mean '").append(near.get(0)).append("'?");
      }
    }
    e.getCommandLine().getErr().println(line + " (see --help)");
    return CommandLine.ExitCode.USAGE;
  }

  private static int fail(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (e instanceof LedgerException || e instanceof DatabaseException) {
      // Their messages are for users.
      return report(e.getMessage(), e, command);
    }
    return report("failed: " + reason(e), e, command);
  }

  /** Returns the innermost cause that has a message, in one line. */
  static String reason(Throwable failure) {
    List<Throwable> chain = Throwables.getCausalChain(failure);
    for (int n = chain.size() - 1; n >= 0; n--) {
      String message = chain.get(n).getMessage();
      if (message != null && !message.isBlank()) {
        String line = message.lines().findFirst().orElse(message);
        return chain.get(n).getClass().getSimpleName() + ": " + line;
      }
    }
    return chain.get(chain.size() - 1).getClass().getSimpleName();
  }

  private static int report(String line, Exception e, CommandLine command) {
    if (TemporaryFolder.isProcessEnding()) {
      // Not a failure: a signal has stopped what the command uses.
      return CommandLine.ExitCode.SOFTWARE;
    }
    LoggerFactory.getLogger(Main.class).error("failed", e);
    command
        .getErr()
        .printf(Locale.ROOT, "%s%nlog: %s%n", line.lines().findFirst().orElse(""), LogFile.path());
    return CommandLine.ExitCode.SOFTWARE;
  }
}

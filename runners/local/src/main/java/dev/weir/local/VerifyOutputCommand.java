package dev.weir.local;

import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.cardtransactions.CardVerification;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.loandecisions.LoanVerification;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import dev.weir.moneyenrichment.MoneyVerification;
import dev.weir.ports.PortException;
import dev.weir.verify.Verification;
import dev.weir.verify.VerifyReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.options.PipelineOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Compares the outputs of a job with each other and with its inputs. */
@Command(
    name = "verify-output",
    description = "Checks that the topics, files and tables that a job has written agree.")
final class VerifyOutputCommand implements Callable<Integer> {
  private static final Map<String, Job<?>> JOBS = new LinkedHashMap<>();

  static {
    JOBS.put("loan-decisions", new Job<>(LoanDecisionsOptions.class, LoanVerification::of));
    JOBS.put("card-transactions", new Job<>(CardTransactionsOptions.class, CardVerification::of));
    JOBS.put("money-enrichment", new Job<>(MoneyEnrichmentOptions.class, MoneyVerification::of));
  }

  private interface Comparison<O> {
    Verification of(O options, boolean running);
  }

  private record Job<O extends PipelineOptions>(Class<O> type, Comparison<O> comparison) {
    Verification verification(List<String> arguments, boolean running) {
      return comparison.of(PipelineArguments.parse(type, arguments), running);
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      description = "Shows the options.")
  private boolean help;

  @Parameters(arity = "0..1", paramLabel = "PIPELINE")
  private String pipeline;

  @Option(names = "--running", arity = "0..1", fallbackValue = "true", defaultValue = "false")
  private boolean running;

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      if (help) {
        printHelp(out);
        return CommandLine.ExitCode.OK;
      }
      Verification verification = job().verification(arguments, running);
      if (!BeforeStart.areMet(verification.needs(), spec.commandLine().getErr())) {
        return CommandLine.ExitCode.SOFTWARE;
      }
      return report(verification.run(), out);
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Job<?> job() {
    Job<?> job = pipeline == null ? null : JOBS.get(pipeline);
    if (job == null) {
      throw new PortException(
          (pipeline == null ? "no pipeline is given" : "'" + pipeline + "' is not a pipeline")
              + "; write verify-output "
              + String.join("|", JOBS.keySet()));
    }
    return job;
  }

  private void printHelp(PrintWriter out) {
    out.println("Usage: verify-output PIPELINE --name=value ...");
    out.println(
        "Compares what a job has written to its topics, folders and tables, with each other and, if"
            + " they are given, with its inputs. Takes the options of the job, of which only one"
            + " output is required. With --delivery=at-least-once a record without the header weir"
            + " may be there several times with the same content. Exit status 0 if everything"
            + " agrees, 1 if not.");
    out.println("  PIPELINE           " + String.join(", ", JOBS.keySet()));
    out.println(
        "  --running          What is missing in a table, or for an input, is not yet committed: it"
            + " is counted, and is not a difference");
    if (pipeline != null) {
      PipelineArguments.printOptions(job().type(), out);
    }
    out.flush();
  }

  private static int report(VerifyReport report, PrintWriter out) {
    report.ports().forEach(out::println);
    report.differences().forEach(line -> out.println("difference: " + line));
    out.println(
        report.count() == 0
            ? "no differences"
            : String.format(
                Locale.ROOT,
                report.count() > report.differences().size()
                    ? "%,d differences, the first %d of which are shown"
                    : report.count() == 1 ? "1 difference" : "%,d differences",
                report.count(),
                report.differences().size()));
    out.flush();
    return report.count() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}

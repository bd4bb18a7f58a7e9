package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;

import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;

class PipelineArgumentsTest {

  @Test
  void helpMarksTheRequiredOptions() {
    assertThat(
        required(LoanDecisionsOptions.class),
        contains("--applications", "--bureau", "--deadLetters", "--decisions"));
    assertThat(
        required(CardTransactionsOptions.class),
        contains("--customers", "--deadLetters", "--scoring", "--transactions"));
    assertThat(
        required(MoneyEnrichmentOptions.class),
        contains(
            "--deadLetters",
            "--enriched",
            "--sessionService",
            "--sessions",
            "--users",
            "--wallet"));
  }

  private static List<String> required(Class<? extends PipelineOptions> options) {
    StringWriter help = new StringWriter();
    PipelineArguments.printHelp("a-pipeline", options, new PrintWriter(help));
    return help.toString()
        .lines()
        .filter(line -> line.endsWith(" (required)"))
        .map(line -> line.strip().split(" ")[0])
        .toList();
  }
}

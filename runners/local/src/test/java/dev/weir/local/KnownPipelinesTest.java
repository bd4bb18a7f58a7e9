package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownPipelinesTest {

  @ParameterizedTest
  @CsvSource({
    "loan-decisions,"
        + "AskBureau/AskService/AskAcrossBundles/ParMultiDo(AskAcrossBundles),"
        + "KeepInLedger/WriteStream/NumberFiles/ParMultiDo(NumberFiles)",
    "card-transactions,"
        + "EnrichTransactions/EnrichArrived/ParMultiDo(EnrichArrived),"
        + "KeepSpendMetrics/WriteStream/NumberFiles/ParMultiDo(NumberFiles)",
    "money-enrichment,"
        + "AskSessions/AskService/AskAcrossBundles/ParMultiDo(AskAcrossBundles),"
        + "EnrichFromStreams/InOrder/ProcessArrived/ParMultiDo(ProcessArrived)"
  })
  void theStepsOfALiveJobAreKnownAndNoFilesRemain(String pipeline, String step, String other) {
    assertThat(KnownPipelines.steps(pipeline).names(), hasItems(step, other));
    assertThat("no lake is left", Files.exists(Path.of("warehouse")), is(false));
  }
}

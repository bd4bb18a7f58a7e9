package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownPipelinesTest {

  @ParameterizedTest
  @CsvSource({
    "loan-decisions,"
        + "AskBureau/AskAboutFirst/AskAboutFirstArrived/ParMultiDo(AskAboutFirstArrived),"
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

  /**
   * A job finds its state in a savepoint by these names. After a deliberate change, {@code
   * -Dweir.steps.write=true} writes them anew; the change needs a line in CHANGELOG.md.
   */
  @ParameterizedTest
  @ValueSource(strings = {"loan-decisions", "card-transactions", "money-enrichment"})
  void stepsKeepTheirNames(String pipeline, @TempDir Path folder) throws IOException {
    String names = String.join("\n", steps(pipeline, folder)) + "\n";
    Path kept = Path.of("src/test/resources/dev/weir/local/steps", pipeline + ".txt");
    if (Boolean.getBoolean("weir.steps.write")) {
      Files.createDirectories(kept.getParent());
      Files.writeString(kept, names);
    }

    assertThat(names, is(Files.readString(kept)));
  }

  private static TreeSet<String> steps(String pipeline, Path folder) throws IOException {
    Path catalog = folder.resolve("catalog.properties");
    Files.writeString(catalog, "type=hadoop\nwarehouse=" + folder.resolve("lake") + "\n");
    TreeSet<String> names = new TreeSet<>();
    KnownPipelines.assembled(pipeline, catalog)
        .traverseTopologically(
            new Pipeline.PipelineVisitor.Defaults() {
              @Override
              public void visitPrimitiveTransform(TransformHierarchy.Node node) {
                names.add(node.getFullName());
              }
            });
    return names;
  }
}

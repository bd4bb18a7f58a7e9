package dev.weir.it.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The errors of {@code inspect-state} if there is nothing to print. */
class InspectStateCommandTest {
  private static final String HELP = " (see --help)";

  @TempDir private Path folder;

  @Test
  void theErrorForAnUnknownPipelineListsThePipelines() {
    Inspection inspection = Inspection.run("--savepoint=" + folder, "--pipeline=loan-decision");

    assertRefused(
        inspection,
        "--pipeline: there is no pipeline 'loan-decision'; the pipelines are card-transactions,"
            + " loan-decisions, money-enrichment");
  }

  @Test
  void aMissingPathIsNamed() {
    Path missing = folder.resolve("missing");

    assertRefused(
        Inspection.run("--savepoint=" + missing, "--pipeline=loan-decisions"),
        "--savepoint: " + missing + " does not exist, or has no file _metadata");
  }

  @Test
  void aFolderThatIsNotASavepointIsNamed() {
    assertRefused(
        inspect(), "--savepoint: " + folder + " does not exist, or has no file _metadata");
  }

  @Test
  void aFileThatIsNotASavepointIsNamed() throws IOException {
    Files.writeString(folder.resolve("_metadata"), "something else", UTF_8);

    assertRefused(inspect(), "--savepoint: " + folder + " is not a savepoint or checkpoint");
  }

  @Test
  void aTruncatedSavepointIsNamed() throws IOException {
    Files.write(folder.resolve("_metadata"), new byte[] {0x49, 0x60});

    Inspection inspection = inspect();

    assertThat(inspection.errors(), contains("--savepoint: " + folder + " ends early"));
    assertThat(inspection.status(), is(1));
  }

  @Test
  void aSavepointOfALaterFlinkVersionIsNamed() throws IOException {
    try (DataOutputStream out = new DataOutputStream(metadata())) {
      out.writeInt(Checkpoints.HEADER_MAGIC_NUMBER);
      out.writeInt(99);
    }

    Inspection inspection = inspect();

    assertThat(
        inspection.errors(),
        contains(
            "--savepoint: "
                + folder
                + " was written by another version of Flink: Unrecognized checkpoint version"
                + " number: 99"));
    assertThat(inspection.status(), is(1));
  }

  @Test
  void aSavepointWithoutKeyedStateIsNamed() throws IOException {
    try (OutputStream out = metadata()) {
      Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(1, List.of(), List.of()), out);
    }

    assertRefused(inspect(), "--savepoint: " + folder + " has no keyed state");
  }

  private OutputStream metadata() throws IOException {
    return Files.newOutputStream(folder.resolve("_metadata"));
  }

  private Inspection inspect() {
    return Inspection.run("--savepoint=" + folder, "--pipeline=loan-decisions");
  }

  private static void assertRefused(Inspection inspection, String why) {
    assertThat(inspection.errors(), contains(why + HELP));
    assertThat(inspection.lines(), empty());
    assertThat(inspection.status(), is(2));
  }
}

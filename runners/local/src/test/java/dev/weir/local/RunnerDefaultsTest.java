package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItemInArray;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import org.junit.jupiter.api.Test;

class RunnerDefaultsTest {
  private static final String FLINK = "--runner=FlinkRunner";
  private static final String RETAINED = "--retainExternalizedCheckpointsOnCancellation=true";
  private static final String ENABLED = "--externalizedCheckpointsEnabled=true";

  @Test
  void checkpointsThatAreToBeRetainedAreEnabled() {
    assertThat(RunnerDefaults.complete(FLINK, RETAINED), hasItemInArray(ENABLED));
    assertThat(RunnerDefaults.complete(FLINK), is(not(hasItemInArray(ENABLED))));
  }

  @Test
  void aFolderForCheckpointsIsUsed() {
    String folder = "--stateBackendStoragePath=file:///checkpoints";
    String heap = "--stateBackend=filesystem";

    assertThat(RunnerDefaults.complete(FLINK, folder), hasItemInArray(heap));
    assertThat(RunnerDefaults.complete(FLINK), is(not(hasItemInArray(heap))));
    assertThat(
        RunnerDefaults.complete(FLINK, folder, "--stateBackend=rocksdb"),
        is(not(hasItemInArray(heap))));
  }

  @Test
  void whatWasGivenStays() {
    String disabled = "--externalizedCheckpointsEnabled=false";

    assertThat(
        RunnerDefaults.complete(FLINK, RETAINED, disabled), is(not(hasItemInArray(ENABLED))));
  }
}

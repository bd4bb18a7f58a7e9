package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.flink.FlinkExecutionEnvironments;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientConfigurationTest {
  @TempDir private Path folder;

  @Test
  void aBufferIsSentAfterFiveMilliseconds() {
    List<String> arguments = List.of("--runner=FlinkRunner", "--flinkMaster=localhost:8081");
    try (ClientConfiguration client = ClientConfiguration.ifNeeded(arguments)) {
      assertThat(bufferTimeout(client.complete(arguments)), is(5L));
    }
  }

  @Test
  void aFolderOfTheUserIsUsedAsItIs() throws Exception {
    Files.writeString(folder.resolve("config.yaml"), "execution.buffer-timeout.interval: 30 ms\n");
    List<String> arguments =
        List.of("--runner=FlinkRunner", "--flinkMaster=localhost:8081", "--flinkConfDir=" + folder);
    try (ClientConfiguration client = ClientConfiguration.ifNeeded(arguments)) {
      assertThat(client.complete(arguments), is(arguments));
      assertThat(bufferTimeout(arguments), is(30L));
    }
  }

  @Test
  void otherRunnersNeedNoFolder() {
    List<String> arguments = new ArrayList<>(List.of("--runner=DirectRunner"));
    try (ClientConfiguration client = ClientConfiguration.ifNeeded(arguments)) {
      assertThat(client.folder(), nullValue());
      assertThat(client.complete(arguments), is(arguments));
    }
  }

  @Test
  void theFolderIsDeletedAfterTheJob() {
    Path path;
    try (ClientConfiguration client =
        ClientConfiguration.ifNeeded(List.of("--runner=FlinkRunner"))) {
      path = Path.of(client.folder());
      assertThat(Files.isDirectory(path), is(true));
    }
    assertThat(Files.exists(path), is(false));
  }

  private static long bufferTimeout(List<String> arguments) {
    FlinkPipelineOptions options = PipelineArguments.parse(FlinkPipelineOptions.class, arguments);
    return FlinkExecutionEnvironments.createStreamExecutionEnvironment(
            options, List.of(), options.getFlinkConfDir())
        .getBufferTimeout();
  }
}

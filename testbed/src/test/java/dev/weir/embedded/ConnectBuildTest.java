package dev.weir.embedded;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectBuildTest {
  @TempDir private Path checkout;

  @Test
  void itIsFoundFromTheClassesAndFromTheJar() throws IOException {
    for (String module : new String[] {"connect-worker", "debezium"}) {
      Path target = Files.createDirectories(checkout.resolve("testbed/" + module + "/target"));
      Files.createFile(target.resolve("classpath"));
    }
    Path target = Files.createDirectories(checkout.resolve("testbed/target"));

    ConnectBuild build = new ConnectBuild(checkout.resolve("testbed"));
    assertThat(ConnectBuild.above(target.resolve("classes")), is(build));
    assertThat(ConnectBuild.above(target.resolve("weir-testbed.jar")), is(build));
  }

  @Test
  void ifItIsNotBuiltTheErrorSaysWhatToRun() {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> ConnectBuild.above(checkout));

    assertThat(
        refusal.getMessage(),
        allOf(containsString("Kafka Connect is not built"), containsString("mvn compile")));
    assertThat(refusal.getMessage().lines().count(), is(1L));
  }
}

package dev.weir.benchmarks.compare;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs a program of the JDK. */
class SideTest {
  private static final String COMPILER = "com.sun.tools.javac.Main";

  @Test
  void theUsageOfAProcessIsObservedFromOutside() throws Exception {
    JsonNode report = Side.run("benchmarks", COMPILER, List.of("--help"));

    assertThat(report.get(Side.DURATION).asDouble(), greaterThan(0.0));
    assertThat(report.get(Side.PROCESSOR).asDouble(), greaterThan(0.0));
  }

  @Test
  void aProcessThatFailsIsReportedWithItsErrors() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> Side.run("benchmarks", COMPILER, List.of("no-such-file.java")));

    assertThat(e.getMessage(), containsString("no-such-file.java"));
  }
}

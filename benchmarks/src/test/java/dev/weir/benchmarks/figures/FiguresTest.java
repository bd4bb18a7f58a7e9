package dev.weir.benchmarks.figures;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
  private static final Environment MACHINE =
      new Environment(2, 24, "JVM 17", "Linux", Map.of("Beam", "2.70.0"));

  @TempDir private Path folder;

  private static Measured measured(String date, double rate) {
    return new Measured(
        date, true, MACHINE, "by \"hand\"", List.of(Map.of("weir", Map.of("rate", rate))));
  }

  @Test
  void figuresAreReadAsTheyWereWritten() throws IOException {
    Path file = folder.resolve("figures.json");
    Measured measured = measured("2026-01-31", 123.5);

    Figures.none().with("a/b", measured).write(file);

    assertThat(Figures.read(file).of("a/b"), is(Optional.of(measured)));
  }

  @Test
  void aRunReplacesOnlyItsOwnFigures() throws IOException {
    Path file = folder.resolve("figures.json");
    Figures.none()
        .with("z/z", measured("2026-01-31", 1))
        .with("a/b", measured("2026-01-31", 2))
        .write(file);

    Figures.read(file).with("a/b", measured("2026-02-01", 3)).write(file);

    Figures read = Figures.read(file);
    assertThat(read.comparisons(), contains("a/b", "z/z"));
    assertThat(read.of("a/b"), is(Optional.of(measured("2026-02-01", 3))));
    assertThat(read.of("z/z"), is(Optional.of(measured("2026-01-31", 1))));
  }

  @Test
  void numbersHaveSixDigitsAndNoExponent() throws IOException {
    Figures figures = Figures.none().with("a/b", measured("2026-01-31", 1_234_567.8));

    assertThat(figures.json(), containsString("{\"weir\":{\"rate\":1234570}}"));
  }

  @Test
  void theEnvironmentOfTheLatestRunIsTheUsualOne() {
    Environment other = new Environment(8, 64, "JVM 17", "Linux", Map.of());
    Figures figures =
        Figures.none()
            .with("a/a", new Measured("2026-01-31", false, other, "", List.of()))
            .with("b/b", measured("2026-02-01", 1))
            .with("c/c", new Measured("2025-12-31", false, other, "", List.of()));

    assertThat(figures.latestEnvironment(), is(Optional.of(MACHINE)));
  }

  @Test
  void theEnvironmentHasTheVersionsOfTheBuild() {
    assertThat(
        Environment.current().versions().keySet(),
        contains("Beam", "Flink", "Iceberg", "Iceberg's FlinkSink", "Kafka"));
    assertThat(Environment.current().products(), containsString("Flink 1."));
  }
}

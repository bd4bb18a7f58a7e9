package dev.weir.peers;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersIT {
  private static final int ROWS = 10_000;
  private static final int DAYS = 3;

  @TempDir Path warehouse;

  @Test
  void flinkReadsWhatItAppends() throws Exception {
    List<String> measured =
        run(
            MeasureFlinkSink.class,
            "--mode=append",
            "--rows=" + ROWS,
            "--days=" + DAYS,
            "--interval=500",
            "--warehouse=" + warehouse,
            "--table=bank.payments");
    assertThat(measured, contains(containsString("\"rows\":10000,")));

    Path catalog = warehouse.resolve("catalog.properties");
    Files.writeString(catalog, "type=hadoop\nwarehouse=" + warehouse + "\n");
    List<String> answer =
        run(
            QueryLedger.class,
            "--catalog=" + catalog,
            "--sql=select count(*) as n, sum(amount) as total, max(ts) as latest from bank.payments");
    assertThat(
        answer,
        contains(
            equalTo(
                String.format(
                    "{\"n\":%d,\"total\":\"%s\",\"latest\":\"%s\"}", ROWS, total(), latest()))));
  }

  private static BigDecimal total() {
    return LongStream.range(0, ROWS)
        .mapToObj(n -> BenchRow.unique(BenchRows.SEED, n, DAYS).amount())
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static Instant latest() {
    return Instant.ofEpochMilli(
        LongStream.range(0, ROWS)
            .map(n -> BenchRow.unique(BenchRows.SEED, n, DAYS).ts())
            .max()
            .orElseThrow());
  }

  /** Runs a class in its own process, with the class path that the build has recorded. */
  private List<String> run(Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-cp");
    command.add(Files.readString(Path.of("target/classpath")) + ":target/classes");
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path errors = Path.of("target", main.getSimpleName() + ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat("see " + errors, process.waitFor(), is(0));
    return lines;
  }
}

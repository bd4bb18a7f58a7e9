package dev.weir.benchmarks;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Checkout;
import dev.weir.benchmarks.compare.Measurement;
import dev.weir.benchmarks.figures.Figures;
import dev.weir.benchmarks.figures.Measured;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The only test that asserts speed; it runs with {@code mvn verify -Pspeed} only. Ratios tolerate a
 * slow machine, but not other load that comes and goes.
 */
@Tag("speed")
class SpeedIT {
  @TempDir private Path folder;

  static List<SmallComparison> lines() {
    return SmallComparison.all();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void noRatioHasClearlyFallen(SmallComparison line) throws Exception {
    String id = line.layout().id();
    Measured kept =
        Figures.read(Checkout.figures())
            .of(id)
            .orElseThrow(
                () ->
                    new AssertionError(id + " was never measured; measure it: -Dexec.args=" + id));

    Measured measured = new Measurement(new Bench(folder, false)).measure(line);

    assertThat(SpeedGuard.complaints(line, kept, measured), is(empty()));
  }
}

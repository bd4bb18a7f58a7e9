package dev.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests wait for conditions: no test of any module sleeps, or fails because a machine is slow.
 * {@code @Timeout} in minutes ends tests that hang.
 */
class NoTestWaitsForTimeTest {
  private static final Path ROOT = Path.of("..");

  /** Modules are at most this many folders below the root. */
  private static final int MODULE_DEPTH = 2;

  private static final Pattern ON_TIME =
      Pattern.compile("Thread" + "\\.sleep\\(|\\.(MILLI)?SECONDS\\.sleep\\(|assert" + "Timeout");

  @Test
  void noTestSleepsOrFailsBecauseItIsSlow() throws IOException {
    List<Path> tests = tests();
    List<String> found = new ArrayList<>();
    for (Path test : tests) {
      List<String> lines = Files.readAllLines(test, UTF_8);
      for (int n = 0; n < lines.size(); n++) {
        if (ON_TIME.matcher(lines.get(n)).find()) {
          found.add(ROOT.relativize(test) + ":" + (n + 1) + lines.get(n));
        }
      }
    }

    assertThat(found, is(empty()));
    assertThat(tests, hasSize(greaterThan(100)));
  }

  private static List<Path> tests() throws IOException {
    List<Path> modules;
    try (Stream<Path> folders = Files.walk(ROOT, MODULE_DEPTH)) {
      modules = folders.map(folder -> folder.resolve("src/test/java")).toList();
    }
    List<Path> tests = new ArrayList<>();
    for (Path module : modules) {
      if (Files.isDirectory(module)) {
        try (Stream<Path> files = Files.walk(module)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(tests::add);
        }
      }
    }
    return tests;
  }
}

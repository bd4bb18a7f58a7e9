package dev.weir.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users copy from the documentation is what the tests run. */
class OutboxPageTest {
  private static final Path PAGE = Path.of("..", "docs", "outbox.md");

  @ParameterizedTest
  @ValueSource(strings = {Outbox.OUTBOX_SQL, Outbox.CONNECTOR_PROPERTIES, Outbox.CLEAN_SQL})
  void thePageShowsTheFilesOfTheTests(String file) throws IOException {
    assertThat(
        Files.readString(PAGE, UTF_8), containsString("\n" + Outbox.text(file).strip() + "\n```"));
  }
}

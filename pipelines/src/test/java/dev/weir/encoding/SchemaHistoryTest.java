package dev.weir.encoding;

import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.testing.KeptSchemas;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Fails where a schema in {@code src/main/avro} changed and its new version is not kept, or a
 * version that is kept could not be read any more.
 */
class SchemaHistoryTest {
  private static final Path AVRO = Path.of("src/main/avro");
  private static final Path HISTORY = Path.of("src/main/resources/schemas").toAbsolutePath();
  private static final String COMMAND =
      "mvn test -pl transforms -am -Dtest=SchemaHistoryTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dweir.schemas.write=true";

  @Test
  void eachSchemaThatWasEverInUseIsKeptAndCanBeRead() throws Exception {
    KeptSchemas schemas = KeptSchemas.of(AVRO, HISTORY);
    if (Boolean.getBoolean("weir.schemas.write")) {
      schemas.add();
    }
    List<KeptSchemas.Problem> problems = schemas.problems();
    if (!problems.isEmpty()) {
      fail(
          problems.stream()
              .map(problem -> problem.record() + " " + problem.text())
              .collect(
                  Collectors.joining(
                      "\n",
                      "",
                      "\nVersions that are to be kept are written by: "
                          + COMMAND
                          + "\nThe rules are in docs/operations.md, State that changes shape.")));
    }
  }
}

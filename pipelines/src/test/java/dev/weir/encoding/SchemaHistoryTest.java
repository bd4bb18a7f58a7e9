package dev.weir.encoding;

import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.testing.KeptSchemas;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fails if a schema in {@code src/main/avro} of a module has changed since a release, and its new
 * version is not kept, or if a kept version could no longer be read.
 */
class SchemaHistoryTest {
  private static final Path TRANSFORMS = Path.of("..", "transforms").toAbsolutePath().normalize();
  private static final String COMMAND =
      "mvn test -pl pipelines -am -Dtest=SchemaHistoryTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dweir.schemas.write=true";

  @ParameterizedTest
  @ValueSource(strings = {"streams", "iceberg", "lending", "cards", "wallet"})
  void eachReleasedSchemaIsKeptAndCanBeRead(String module) throws Exception {
    Path source = TRANSFORMS.resolve(module).resolve("src/main");
    KeptSchemas schemas =
        KeptSchemas.of(source.resolve("avro"), source.resolve("resources/schemas"));
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
                      "\nVersions that must be kept are written by: "
                          + COMMAND
                          + "\nThe rules are in docs/operations.md, State that changes shape.")));
    }
  }
}

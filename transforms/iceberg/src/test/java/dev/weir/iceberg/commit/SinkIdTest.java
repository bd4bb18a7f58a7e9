package dev.weir.iceberg.commit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.testing.Payments;
import java.nio.file.Path;
import java.util.regex.Matcher;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkIdTest {
  private static final String LONGEST = "x".repeat(100);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a", "Loans-2024.q1_7", "-", "."})
  void lettersDigitsAndThreeSignsMakeASinkId(String id) {
    assertThat(SinkId.checked(id), is(id));
  }

  @Test
  void itHasAtMost100Characters() {
    assertThat(SinkId.checked(LONGEST), is(LONGEST));
    assertThrows(LedgerException.class, () -> SinkId.checked(LONGEST + "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "a~b", "ü", "a\n", "a=b", "a:b"})
  void anInvalidIdIsAnErrorThatExplainsTheSyntax(String id) {
    LedgerException thrown = assertThrows(LedgerException.class, () -> SinkId.checked(id));

    assertThat(
        thrown.getMessage(),
        is("'" + id + "' is not a valid sink id; use 1 to 100 letters, digits, '_', '.' and '-'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"loans", "a-b.c_1", "0-1-x", "-"})
  void itCanBeReadFromTheNamesOfItsFiles(String id) {
    Table table =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.payments", Payments.SCHEMA).prepare();
    FileNames names = SinkId.fileNames(table, id);

    String first = lastPart(names.files());
    String second = lastPart(names.files());

    assertThat(first, is(not(second)));
    assertThat(sinkOf(first), is(id));
    assertThat(sinkOf(second), is(id));
    assertThat(sinkOf(lastPart(names.vectors())), is(id));
  }

  @Test
  void twoWritersNeverShareAName() {
    Table table =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.payments", Payments.SCHEMA).prepare();

    assertThat(
        lastPart(SinkId.fileNames(table, "s").files()),
        is(not(lastPart(SinkId.fileNames(table, "s").files()))));
  }

  private static String lastPart(OutputFileFactory names) {
    String location = names.newOutputFile().encryptingOutputFile().location();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private static String sinkOf(String file) {
    Matcher matcher = SinkId.FILE_NAME.matcher(file);
    assertThat(file, matcher.matches(), is(true));
    return matcher.group(1);
  }
}

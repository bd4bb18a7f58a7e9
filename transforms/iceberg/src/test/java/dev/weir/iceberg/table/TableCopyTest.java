package dev.weir.iceberg.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.testing.Payments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedInputFile;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableCopyTest {
  private static final String NAME = "bank.payments";
  private static final String VENDED = "vended-for-this-table";

  /** A variable of the process that runs the tests. */
  private static final String VARIABLE = "PATH";

  private static final AtomicInteger OPENED = new AtomicInteger();
  private static final AtomicInteger CLOSED = new AtomicInteger();

  /** Whether access to files fails, as it does if a class of the storage is missing. */
  private static final AtomicBoolean FILES_FAIL = new AtomicBoolean();

  @TempDir private Path folder;
  private LedgerCatalog catalog;

  /** Issues a credential for each table, as a REST catalog does. */
  public static final class Vending extends HadoopCatalog {
    @Override
    public void initialize(String name, Map<String, String> properties) {
      super.initialize(name, properties);
      OPENED.incrementAndGet();
    }

    @Override
    protected TableOperations newTableOps(TableIdentifier table) {
      if (table.name().equals("broken")) {
        throw new NoClassDefFoundError("broken");
      }
      TableOperations operations = super.newTableOps(table);
      return new Vended(operations, new VendedFiles(operations.io()));
    }

    @Override
    public void close() throws IOException {
      CLOSED.incrementAndGet();
      super.close();
    }
  }

  private record Vended(TableOperations operations, FileIO files) implements TableOperations {
    @Override
    public FileIO io() {
      if (FILES_FAIL.get()) {
        throw new NoClassDefFoundError("files");
      }
      return files;
    }

    @Override
    public TableMetadata current() {
      return operations.current();
    }

    @Override
    public TableMetadata refresh() {
      return operations.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      operations.commit(base, metadata);
    }

    @Override
    public String metadataFileLocation(String file) {
      return operations.metadataFileLocation(file);
    }

    @Override
    public LocationProvider locationProvider() {
      return operations.locationProvider();
    }
  }

  /** Files with a credential in their properties. */
  private record VendedFiles(FileIO files) implements FileIO {
    private static final long serialVersionUID = 1;

    @Override
    public InputFile newInputFile(String path) {
      return files.newInputFile(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
      return files.newOutputFile(path);
    }

    @Override
    public void deleteFile(String path) {
      files.deleteFile(path);
    }

    @Override
    public Map<String, String> properties() {
      return Map.of("s3.session-token", VENDED);
    }
  }

  @BeforeEach
  void create() {
    catalog =
        LedgerCatalog.of(
            Map.of(
                "catalog-impl",
                Vending.class.getName(),
                "warehouse",
                folder.toString(),
                "hadoop.weir.secret",
                "env:" + VARIABLE));
    LedgerTable.of(catalog, NAME, Payments.SCHEMA).prepare();
  }

  private TableCopy copy() {
    try (OpenCatalog open = catalog.open()) {
      return SerializableUtils.clone(TableCopy.of(catalog, NAME, open.table(NAME)));
    }
  }

  @Test
  void aCopyHoldsNoSecretOfTheCatalogAndNoCredentialOfTheTable() {
    TableCopy copy = copy();

    try (OpenTable open = copy.open()) {
      String serialized = serialized(copy) + serialized(copy.table()) + serialized(open.table());
      assertThat(serialized, not(containsString(VENDED)));
      assertThat(serialized, not(containsString(System.getenv(VARIABLE))));
      assertThat(serialized, containsString("env:" + VARIABLE));
    }
  }

  @Test
  void aCopyHasTheTableAsItWasAndTheFilesOfTheProcess() {
    TableCopy copy = copy();
    LedgerTable.of(catalog, NAME, Payments.SCHEMA)
        .prepare()
        .updateSchema()
        .deleteColumn("id")
        .commit();

    assertThat(copy.table().io(), is(nullValue()));
    try (OpenTable open = copy.open()) {
      Table table = open.table();
      assertThat(table.name(), is(copy.table().name()));
      assertThat(table.schema().findField("id").name(), is("id"));
      assertThat(table.io().properties(), is(Map.of("s3.session-token", VENDED)));
      String file = table.locationProvider().newDataLocation("file");
      write(table.io().newOutputFile(file));
      assertThat(table.io().newInputFile(file).getLength(), is(1L));
    }
  }

  @Test
  void theStepsOfAProcessShareOneConnectionUntilTheLastIsDone() {
    TableCopy copy = copy();
    int opened = OPENED.get();
    int closed = CLOSED.get();

    OpenTable one = copy.open();
    OpenTable other = OpenTable.of(SerializableUtils.clone(catalog), NAME);
    assertThat(OPENED.get() - opened, is(1));

    one.close();
    one.close();
    assertThat(CLOSED.get() - closed, is(0));
    other.close();
    assertThat(CLOSED.get() - closed, is(1));

    copy.open().close();
    assertThat(OPENED.get() - opened, is(2));
    assertThat(CLOSED.get() - closed, is(2));
  }

  @Test
  void aTableThatIsGoneLeavesNoConnectionOpen() {
    int opened = OPENED.get();
    int closed = CLOSED.get();

    LedgerException thrown =
        assertThrows(LedgerException.class, () -> OpenTable.of(catalog, "bank.nothing"));

    assertThat(thrown.getMessage(), is("table bank.nothing does not exist"));
    assertThat(OPENED.get() - opened, is(1));
    assertThat(CLOSED.get() - closed, is(1));
  }

  @Test
  void aFailureOfAnyKindLeavesNoConnectionOpen() {
    TableCopy copy = copy();
    int opened = OPENED.get();
    int closed = CLOSED.get();

    assertThrows(NoClassDefFoundError.class, () -> OpenTable.of(catalog, "bank.broken"));
    assertThat(OPENED.get() - opened, is(1));
    assertThat(CLOSED.get() - closed, is(1));

    FILES_FAIL.set(true);
    try {
      assertThrows(NoClassDefFoundError.class, copy::open);
    } finally {
      FILES_FAIL.set(false);
    }
    assertThat(OPENED.get() - opened, is(2));
    assertThat(CLOSED.get() - closed, is(2));
  }

  @Test
  void aTableThatIcebergEncryptsIsAnError() {
    try (OpenCatalog open = catalog.open()) {
      TableOperations operations = ((HasTableOperations) open.table(NAME)).operations();
      Table encrypted =
          new BaseTable(operations, NAME) {
            @Override
            public EncryptionManager encryption() {
              return new Keys();
            }
          };

      LedgerException thrown =
          assertThrows(LedgerException.class, () -> TableCopy.of(catalog, NAME, encrypted));

      assertThat(
          thrown.getMessage(),
          is(
              "table bank.payments is encrypted by Iceberg, which is not supported; use the"
                  + " encryption of its storage"));
    }
  }

  private static final class Keys implements EncryptionManager {
    private static final long serialVersionUID = 1;

    @Override
    public InputFile decrypt(EncryptedInputFile encrypted) {
      return encrypted.encryptedInputFile();
    }

    @Override
    public EncryptedOutputFile encrypt(OutputFile file) {
      return EncryptedFiles.encryptedOutput(file, EncryptionKeyMetadata.EMPTY);
    }
  }

  private static void write(OutputFile file) {
    try (var out = file.create()) {
      out.write(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String serialized(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toString(ISO_8859_1);
  }
}

package dev.weir.it.lake;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * A Hadoop catalog that fails the next commit of rows on request. It works if job and test share a
 * process, for one test at a time.
 */
public final class FaultyCatalog extends HadoopCatalog {
  private static final AtomicReference<Fault> NEXT = new AtomicReference<>();
  private static final AtomicInteger FAILED = new AtomicInteger();

  /** When the sink fails. */
  enum Fault {
    BEFORE_THE_COMMIT,
    DURING_THE_COMMIT,
    AFTER_THE_COMMIT
  }

  /** The catalog's properties, for {@code LedgerCatalog}. */
  static Map<String, String> properties(String warehouse) {
    return Map.of("catalog-impl", FaultyCatalog.class.getName(), "warehouse", warehouse);
  }

  static void failNext(Fault fault) {
    NEXT.set(fault);
  }

  /** Returns how many commits have failed so far. */
  static int failed() {
    return FAILED.get();
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    return new FaultyOperations(super.newTableOps(table));
  }

  private record FaultyOperations(TableOperations operations) implements TableOperations {

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      boolean brings = base != null && base.snapshots().size() < metadata.snapshots().size();
      Fault fault = brings ? NEXT.getAndSet(null) : null;
      if (fault == Fault.BEFORE_THE_COMMIT) {
        FAILED.incrementAndGet();
        throw new IllegalStateException("killed before the commit");
      }
      operations.commit(base, metadata);
      if (fault == Fault.DURING_THE_COMMIT) {
        FAILED.incrementAndGet();
        throw new CommitStateUnknownException(new IllegalStateException("the response is lost"));
      }
      if (fault == Fault.AFTER_THE_COMMIT) {
        FAILED.incrementAndGet();
        throw new Error("killed after the commit");
      }
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
    public FileIO io() {
      return operations.io();
    }

    @Override
    public EncryptionManager encryption() {
      return operations.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return operations.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return operations.locationProvider();
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
      return operations.temp(uncommitted);
    }

    @Override
    public long newSnapshotId() {
      return operations.newSnapshotId();
    }
  }
}

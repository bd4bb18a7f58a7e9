package dev.weir.ledger;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A table's operations whose next commits can be made to fail, each in its own way. */
final class FaultyOperations implements TableOperations {
  enum Fault {
    /** The process dies before the commit reaches the catalog. */
    BEFORE,
    /** The commit is made, and its response is lost. */
    RESPONSE_LOST,
    /** Somebody else's commit comes first. */
    RACE
  }

  /** Stands for a process that is gone. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final TableOperations operations;
  private final Deque<Fault> faults = new ArrayDeque<>();
  private Runnable somebodyElse = () -> {};

  FaultyOperations(Table table) {
    this.operations = ((HasTableOperations) table).operations();
  }

  Table table() {
    return new BaseTable(this, "faulty");
  }

  void next(Fault fault) {
    faults.add(fault);
  }

  void race(Runnable commit) {
    somebodyElse = commit;
    faults.add(Fault.RACE);
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    Fault fault = faults.poll();
    if (fault == Fault.BEFORE) {
      throw new Killed();
    }
    if (fault == Fault.RACE) {
      somebodyElse.run();
    }
    operations.commit(base, metadata);
    if (fault == Fault.RESPONSE_LOST) {
      throw new CommitStateUnknownException(new Killed());
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

package dev.weir.iceberg.testing;

import dev.weir.iceberg.commit.ForwardingOperations;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;

/** A table's operations whose next commits can be made to fail, each in its own way. */
public final class FaultyOperations extends ForwardingOperations {
  public enum Fault {
    /** The process dies before the commit reaches the catalog. */
    BEFORE,
    /** The commit is made, and its response is lost. */
    RESPONSE_LOST,
    /** The commit is made, and reported as failed, as by a client that repeats it. */
    REPORTED_AS_FAILED,
    /** The commit is made, but fails with an error that leaves its outcome open. */
    ERROR_AFTERWARDS,
    /** Another writer's commit comes first. */
    RACE
  }

  /** Stands for a process that is gone. */
  public static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final Deque<Fault> faults = new ArrayDeque<>();
  private Runnable somebodyElse = () -> {};

  public FaultyOperations(Table table) {
    super(((HasTableOperations) table).operations());
  }

  public Table table() {
    return new BaseTable(this, "faulty");
  }

  public void next(Fault fault) {
    faults.add(fault);
  }

  public void race(Runnable commit) {
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
    if (fault == Fault.REPORTED_AS_FAILED) {
      throw new CommitFailedException("the metadata has changed");
    }
    if (fault == Fault.ERROR_AFTERWARDS) {
      throw new Killed();
    }
  }
}

package dev.weir.iceberg.testing;

import dev.weir.iceberg.commit.CommitStream;
import dev.weir.iceberg.commit.ForwardingOperations;
import dev.weir.iceberg.commit.NumberedFiles;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.testing.FaultyOperations.Fault;
import dev.weir.iceberg.write.LedgerWriter;
import dev.weir.iceberg.write.Rows;
import dev.weir.iceberg.write.TableRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.ServiceUnavailableException;

/**
 * A job that reads a log and writes it to a table, as a runner would run it: bundles, checkpoints
 * that complete or fail, savepoints, kills, restores. Nothing but the runner is simulated.
 *
 * @param <E> a row, or a change of one
 */
public final class SimulatedJob<E> {
  private final Table table;
  private final FaultyOperations faults;
  private final Looks looks;
  private final String sinkId;
  private final Rows<E> rows;
  private final List<E> log;
  private final int writers;

  private State state;
  private String attempt;
  private List<LedgerWriter<E>> open;
  private CommitStream commits;
  private State lastCheckpoint;
  private State bundleStart;
  private int moved;
  private final Set<Integer> begun = new HashSet<>();

  /** What a snapshot of the job holds. */
  public record State(
      int offset, String job, long last, List<NumberedFiles> pending, Map<Integer, String> tokens) {
    static final State EMPTY = new State(0, null, 0, List.of(), Map.of());
  }

  /** The table as the writers look at it. */
  private static final class Looks extends ForwardingOperations {
    boolean fail;

    Looks(TableOperations operations) {
      super(operations);
    }

    @Override
    public TableMetadata refresh() {
      if (fail) {
        throw new ServiceUnavailableException("the catalog cannot be reached");
      }
      return operations.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      throw new UnsupportedOperationException();
    }
  }

  public SimulatedJob(Table table, String sinkId, Rows<E> rows, List<E> log, int writers) {
    this.table = table;
    this.faults = new FaultyOperations(table);
    this.looks = new Looks(((HasTableOperations) table).operations());
    this.sinkId = sinkId;
    this.rows = rows;
    this.log = log;
    this.writers = writers;
    restore(State.EMPTY);
  }

  public FaultyOperations faults() {
    return faults;
  }

  /** Whether the catalog cannot be reached by the writers from now on. */
  public void failLooks(boolean fail) {
    looks.fail = fail;
  }

  /** Starts from a snapshot of the state; a running job is killed. */
  public void restore(State from) {
    if (open != null) {
      // Killed processes leave their files behind.
      open.forEach(LedgerWriter::finish);
      open.forEach(LedgerWriter::close);
    }
    state = from;
    bundleStart = from;
    begun.clear();
    lastCheckpoint = from;
    attempt = UUID.randomUUID().toString();
    open = new ArrayList<>();
    for (int n = 0; n < writers; n++) {
      open.add(
          rows.liveWriter(
              table, new TableRows(table, Payments.SCHEMA), sinkId, new BaseTable(looks, "looks")));
    }
    commits = new CommitStream(faults.table(), sinkId, rows.accumulate(), Duration.ZERO);
  }

  /** Kills the job and starts it again from its last checkpoint. */
  public void kill() {
    restore(lastCheckpoint);
  }

  /** The number of elements of the log that are read. */
  public int offset() {
    return state.offset;
  }

  public boolean isAtEnd() {
    return state.offset == log.size();
  }

  public void read(int elements) {
    int end = Math.min(log.size(), state.offset + elements);
    Map<Integer, String> tokens = new HashMap<>(state.tokens);
    for (int n = state.offset; n < end; n++) {
      E element = log.get(n);
      GenericRecord row = (GenericRecord) rows.record(element);
      int shard = row.get("account").hashCode();
      LedgerWriter<E> writer = open.get(Math.floorMod(shard + moved, writers));
      if (begun.add(shard)) {
        String token = writer.begin(shard, tokens.get(shard));
        if (token != null) {
          tokens.put(shard, token);
        }
      }
      writer.add(shard, element);
    }
    state = new State(end, state.job, state.last, state.pending, tokens);
  }

  /** Ends the bundle; each shard is then written by another instance, if there are several. */
  public void moveShards() {
    finishBundle();
    moved++;
  }

  /**
   * A bundle that fails and is tried again by the same instances: its state is rolled back, and the
   * next bundle begins with writers that discard what it has left.
   */
  public void failBundle() {
    open.forEach(LedgerWriter::abandon);
    begun.clear();
    state = bundleStart;
  }

  /** Ends the writers' bundles; their files are numbered in one epoch. */
  public void finishBundle() {
    List<NumberedFiles> pending = new ArrayList<>(state.pending);
    String job = state.job == null ? UUID.randomUUID().toString() : state.job;
    long number = state.last;
    for (LedgerWriter<E> writer : open) {
      for (WrittenFiles files : writer.finish()) {
        number++;
        pending.add(new NumberedFiles(job, attempt, 0L, state.last + 1, number, files));
      }
    }
    state = new State(state.offset, job, number, pending, state.tokens);
    bundleStart = state;
    begun.clear();
  }

  /** A snapshot that is kept and commits nothing. */
  public State savepoint() {
    finishBundle();
    return state;
  }

  /** A checkpoint that does not complete: nothing is kept, nothing committed. */
  public void failCheckpoint() {
    finishBundle();
  }

  /** A checkpoint that completes, and the commit that follows; a fault kills the job. */
  public void checkpoint(Fault fault) {
    finishBundle();
    lastCheckpoint = state;
    if (fault != null) {
      faults.next(fault);
    }
    try {
      commits.commit(state.pending);
      state = new State(state.offset, state.job, state.last, List.of(), state.tokens);
      bundleStart = state;
    } catch (FaultyOperations.Killed
        | org.apache.iceberg.exceptions.CommitStateUnknownException e) {
      kill();
    }
  }
}

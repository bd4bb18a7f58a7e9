package dev.weir.cdc;

import java.time.Instant;

/**
 * Thrown for a change whose commit time is later than that of the changes before it, but whose
 * position in the log is far below theirs: the topic continues with the log of another database
 * cluster, after a failover or a restore. Positions no longer determine the order, and dropping the
 * change as an old one would lose it.
 */
public final class PositionsStartOver extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PositionsStartOver(long reached, ChangeSource change) {
    super(
        "positions in the database's log start over: "
            + change.getSource()
            + " has at "
            + (change.getPartition() < 0
                ? "line "
                : "partition " + change.getPartition() + " offset ")
            + change.getPosition()
            + " a change at position "
            + change.getLsn()
            + ", committed "
            + Instant.ofEpochMilli(change.getCommitMs())
            + ", although the same row had position "
            + reached
            + " before. This is another database cluster (a failover, a restore, a new one). Let the"
            + " connector take a snapshot of it into new topics, and start the job on these without"
            + " a savepoint and with a new --ledger; see docs/card-transactions.md, After a failover");
  }
}

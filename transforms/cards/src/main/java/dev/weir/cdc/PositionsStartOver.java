package dev.weir.cdc;

import java.time.Instant;

/**
 * A change is later than the ones before it by its commit time and far before them by its position
 * in the log: the topic goes on with the log of another database cluster, after a failover or a
 * restore. No order of positions is right any more, and to drop the change as an old one would lose
 * it.
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
            + ", though the same row had position "
            + reached
            + " before. This is another database cluster (a failover, a restore, a new one). Let the"
            + " connector take a snapshot of it into new topics, and start the job on these without"
            + " a savepoint and with a new --ledger; see docs/card-transactions.md, After a failover");
  }
}

/**
 * The commit protocol of the sink; {@code docs/ledger.md} describes it and its failure cases.
 * {@link dev.weir.iceberg.commit.CommitStream} commits the numbered files of a live job, {@link
 * dev.weir.iceberg.commit.CommitRun} those of a bounded run; start with {@code CommitStream}, then
 * read {@link dev.weir.iceberg.commit.CommitPlan}. A table's record of a sink ({@link
 * dev.weir.iceberg.commit.SinkRecord}) changes in the same transaction as its rows. Each number is
 * committed once, regardless of what was lost, repeated or restored before.
 */
package dev.weir.iceberg.commit;

/**
 * The commit protocol of the sink; {@code docs/ledger.md} describes it with its failure cases.
 * {@link dev.weir.iceberg.commit.CommitStream} commits the numbered files of a live job, {@link
 * dev.weir.iceberg.commit.CommitRun} those of a bounded run; begin with {@code CommitStream}, then
 * {@link dev.weir.iceberg.commit.CommitPlan}. What a table remembers of a sink ({@link
 * dev.weir.iceberg.commit.SinkRecord}) changes in the same transaction as its rows. Each number is
 * committed once, whatever was lost, repeated or restored before.
 */
package dev.weir.iceberg.commit;

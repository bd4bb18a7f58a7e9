/**
 * Writes rows to an Iceberg table exactly once. {@link dev.weir.iceberg.write.AppendRows} appends
 * rows, {@link dev.weir.iceberg.write.UpsertRows} keeps a table equal to a changelog; start with
 * these. {@link dev.weir.iceberg.write.WriteStream} is the live half of the sink, {@link
 * dev.weir.iceberg.write.WriteRun} the bounded one. A changed row becomes one equality delete and
 * at most one row per commit, because an equality delete does not apply to rows of its own commit.
 * This package only writes files; {@code dev.weir.iceberg.commit} makes them part of the table.
 */
package dev.weir.iceberg.write;

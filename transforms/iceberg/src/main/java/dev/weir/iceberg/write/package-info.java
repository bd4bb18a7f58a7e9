/**
 * Writes rows into an Iceberg table, exactly once. {@link dev.weir.iceberg.write.AppendRows} adds
 * rows, {@link dev.weir.iceberg.write.UpsertRows} keeps a table equal to a changelog; begin with
 * these. {@link dev.weir.iceberg.write.WriteStream} is the live half of the sink, {@link
 * dev.weir.iceberg.write.WriteRun} the bounded one. A changed row is one equality delete and at
 * most one row per commit, because an equality delete does not reach rows of its own commit. Files
 * are only written here; {@code dev.weir.iceberg.commit} makes them part of the table.
 */
package dev.weir.iceberg.write;

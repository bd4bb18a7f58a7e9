/**
 * An Iceberg table as a job needs it. {@link dev.weir.iceberg.table.LedgerTable} describes its
 * catalog, name, schema, primary key and {@link dev.weir.iceberg.table.Partitioning}; start there.
 * {@link dev.weir.iceberg.table.LedgerCatalog} describes how to reach a catalog and can be sent to
 * workers; {@link dev.weir.iceberg.table.RowSchema} derives columns from an Avro schema. A table is
 * created, or columns are added, before a job starts; any other difference is a {@link
 * dev.weir.iceberg.table.LedgerException} that names both sides.
 */
package dev.weir.iceberg.table;

/**
 * An Iceberg table as a job wants it. {@link dev.weir.iceberg.table.LedgerTable} describes it:
 * catalog, name, schema, primary key and {@link dev.weir.iceberg.table.Partitioning}; begin there.
 * {@link dev.weir.iceberg.table.LedgerCatalog} is how to reach a catalog and can travel to workers;
 * {@link dev.weir.iceberg.table.RowSchema} derives columns from an Avro schema. A table is made or
 * gains columns before a job starts; any other difference is a {@link
 * dev.weir.iceberg.table.LedgerException} that names both sides.
 */
package dev.weir.iceberg.table;

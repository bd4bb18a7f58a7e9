/**
 * Change events of a database, as Debezium writes them. {@link dev.weir.cdc.Envelope} reads an
 * event, {@link dev.weir.cdc.ChangeOrder} orders the changes of one row, and {@link
 * dev.weir.cdc.TrackChanges} tracks each row through its changes; start with the last. A column is
 * read in the unit and form that its schema names, and rejected if its value is ambiguous. Each
 * change of a row is applied at most once and never after a later one. A row whose last change
 * could not be read is reported as stale.
 */
package dev.weir.cdc;

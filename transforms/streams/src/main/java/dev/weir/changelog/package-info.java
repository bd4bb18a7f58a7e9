/**
 * A changelog: what becomes of the row with a primary key. {@link dev.weir.changelog.RowChange} is
 * one change, {@link dev.weir.changelog.Position} its place among the changes of its key, {@link
 * dev.weir.changelog.RowKey} the columns of the key. {@link dev.weir.changelog.WriteChangelog}
 * writes a bounded changelog into files; topics and tables have sinks of their own. Of the changes
 * of a key, the one with the highest position is the truth.
 */
package dev.weir.changelog;

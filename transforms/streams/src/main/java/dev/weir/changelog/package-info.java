/**
 * A changelog: how rows change, by primary key. {@link dev.weir.changelog.RowChange} is one change,
 * {@link dev.weir.changelog.Position} its place among the changes of its key, {@link
 * dev.weir.changelog.RowKey} the columns of the key, which it writes as a string and reads back.
 * {@link dev.weir.changelog.WriteChangelog} writes a bounded changelog into files; topics and
 * tables have sinks of their own. The change with the highest position is the current state of its
 * key.
 */
package dev.weir.changelog;

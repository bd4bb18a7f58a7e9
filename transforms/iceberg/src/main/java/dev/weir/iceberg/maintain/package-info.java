/**
 * Keeps tables fast and small. {@link dev.weir.iceberg.maintain.MaintainTable} does all steps in
 * order; begin there. The steps are {@link dev.weir.iceberg.maintain.CompactFiles}, {@link
 * dev.weir.iceberg.maintain.MergeManifests}, {@link dev.weir.iceberg.maintain.ExpireHistory} and
 * {@link dev.weir.iceberg.maintain.RemoveOrphans}; {@link
 * dev.weir.iceberg.maintain.MaintenanceRules} says what they may do. A table has the same rows
 * before and after, also while jobs write to it, except for what an erasure removes. Each step may
 * be killed and repeated at any time, and a file that may still be committed is never removed
 * unless the rules allow it.
 */
package dev.weir.iceberg.maintain;

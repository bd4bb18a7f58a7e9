/**
 * Keeps tables fast and small. {@link dev.weir.iceberg.maintain.MaintainTable} runs all steps in
 * order; start there. The steps are {@link dev.weir.iceberg.maintain.CompactFiles}, {@link
 * dev.weir.iceberg.maintain.MergeManifests}, {@link dev.weir.iceberg.maintain.ExpireHistory} and
 * {@link dev.weir.iceberg.maintain.RemoveOrphans}; {@link
 * dev.weir.iceberg.maintain.MaintenanceRules} defines what they may do. A table has the same rows
 * before and after, even while jobs write to it, except for what an erasure removes. Each step can
 * be killed and repeated at any time, and a file that may still be committed is never removed
 * unless the rules allow it.
 */
package dev.weir.iceberg.maintain;

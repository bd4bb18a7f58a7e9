package dev.weir.verify;

import dev.weir.record.RawRecords;

/**
 * An input of a job.
 *
 * @param option the option that names it, without dashes
 * @param uri as it was given, for the report
 * @param complete whether it still has all records that the job may have read
 */
record InputPort(
    String option, String uri, RawRecords records, boolean complete, PortCounts counts) {
  InputPort(String option, String uri, RawRecords records, boolean complete) {
    this(option, uri, records, complete, new PortCounts());
  }

  String line() {
    return "--" + option + "=" + uri + ": " + counts;
  }
}

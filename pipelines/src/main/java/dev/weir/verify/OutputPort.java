package dev.weir.verify;

import dev.weir.verify.OutputRecords.Form;

/**
 * A port with what was written to it.
 *
 * @param option the option that names it, without dashes
 * @param uri as it was given, for the report
 */
record OutputPort(String option, String uri, OutputRecords records, PortCounts counts) {
  OutputPort(String option, String uri, OutputRecords records) {
    this(option, uri, records, new PortCounts());
    counts.start(records.form() == Form.TABLE ? PortCounts.ROWS : PortCounts.RECORDS);
    if (records.form() == Form.TOPIC) {
      counts.start(PortCounts.OWN);
      counts.start(PortCounts.OTHER);
      counts.start(PortCounts.UNTAGGED);
    }
  }

  String line() {
    return "--" + option + "=" + uri + ": " + counts;
  }

  /** Counts a record and its writer; returns whether the job's own sink published it. */
  boolean count(Found found, String sinkId) {
    counts.count(records.form() == Form.TABLE ? PortCounts.ROWS : PortCounts.RECORDS);
    return records.form() == Form.TOPIC && counts.writer(found.tag(), sinkId);
  }
}

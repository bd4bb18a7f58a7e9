/**
 * How much of its bounded input a run has read. The steps that read report to a {@link
 * dev.weir.progress.ReadMeter}; {@link dev.weir.progress.ReadProgress} adds up what they report in
 * this process, and the questions that a {@link dev.weir.progress.QuestionMeter} counts. Runners
 * report metrics of a bounded run only when a whole file has been processed, so metrics do not show
 * how far a run is.
 */
package dev.weir.progress;

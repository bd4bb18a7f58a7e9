/**
 * The command line. {@link dev.weir.local.Main} is the one entry; begin there, then with {@code
 * PipelineCommand}, which runs all pipelines. {@code RunnerDefaults} adds the runner arguments that
 * Weir's guarantees rest on. Exit status is 0 for done, 1 for failed and 2 for an invalid argument,
 * in which case nothing was started. The console belongs to the command; libraries log to a file.
 */
package dev.weir.local;

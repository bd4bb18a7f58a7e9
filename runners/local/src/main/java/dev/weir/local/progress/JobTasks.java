package dev.weir.local.progress;

/**
 * The tasks of a job, which are the parallel instances of its steps.
 *
 * @param finished number of tasks that have finished
 * @param all number of tasks
 */
public record JobTasks(long finished, long all) {}

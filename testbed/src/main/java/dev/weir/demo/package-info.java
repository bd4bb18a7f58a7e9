/**
 * The demos: a pipeline at work with everything embedded. {@link dev.weir.demo.DemoCommand} is the
 * command; begin with {@link dev.weir.demo.LoanDemo}, the simplest one. All demos share {@code
 * DemoRun} and {@code Screen}. Every number on the screen comes from a source that a user can read
 * too: topics, tables, services, metrics. At the end, the records sent must add up to the results.
 */
package dev.weir.demo;

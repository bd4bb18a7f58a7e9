/**
 * The demos: a pipeline at work with everything embedded. {@link dev.weir.demo.DemoCommand} is the
 * command; {@link dev.weir.demo.LoanDemo} is the simplest one, begin there. {@code DemoRun} and
 * {@code Screen} are what all share. Every number on the screen is read from where a user could
 * read it too: topics, tables, services, metrics. At the end, what was sent must add up to what
 * came out.
 */
package dev.weir.demo;

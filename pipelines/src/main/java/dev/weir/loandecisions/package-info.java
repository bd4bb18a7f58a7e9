/**
 * The pipeline {@code loan-decisions}. {@link dev.weir.loandecisions.LoanDecisions} assembles it on
 * one screen; begin there. {@link dev.weir.loandecisions.LoanDecisionsOptions} are its arguments,
 * {@code LoanPorts} turns them into sources, sinks and values, {@code LoanNeeds} names what to
 * check before a start. The names of the steps are part of savepoints. {@code
 * docs/loan-decisions.md} has the guarantees and their tests.
 */
package dev.weir.loandecisions;

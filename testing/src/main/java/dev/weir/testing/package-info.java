/**
 * Support for the tests of all modules. {@code Eventually} waits for a condition instead of a time,
 * {@code StateFakes} stands in for a runner's state, {@code Pipelines} makes test pipelines, {@code
 * TestCertificates} issues certificates. Test scope only; no main code depends on it.
 */
package dev.weir.testing;

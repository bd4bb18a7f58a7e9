/**
 * A mock credit bureau: an HTTP service that scores applicants, with the latency and the faults of
 * its {@link dev.weir.httpservice.Behaviour}. Begin with {@link dev.weir.bureaumock.BureauMock};
 * {@link dev.weir.bureaumock.BureauMockCommand} starts it from the command line.
 *
 * <p>A score is a pure function of the ssn ({@link dev.weir.bureaumock.Scores}), so a replay gets
 * the same answers. No ssn appears in a log line, a metric or an error.
 */
package dev.weir.bureaumock;

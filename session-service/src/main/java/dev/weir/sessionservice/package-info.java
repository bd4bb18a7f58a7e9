/**
 * A mock session service: an HTTP service that knows which country a user's session came from, with
 * the latency and the faults of its behaviour. Begin with {@link
 * dev.weir.sessionservice.SessionService}; {@link dev.weir.sessionservice.SessionServiceCommand}
 * starts it from the command line.
 *
 * <p>A country is a pure function of the session's id ({@link dev.weir.sessionservice.Countries}).
 * No session id appears in a log line, a metric or an error.
 */
package dev.weir.sessionservice;

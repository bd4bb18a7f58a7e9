/**
 * Calls to the session service. {@link dev.weir.session.AskSessions} is the transform and {@link
 * dev.weir.session.SessionCalls} the protocol; start with the transform. Only movements that have a
 * session id but no session are asked about; all others pass through immediately. Each movement is
 * emitted once: with a session, without one because there is none, or marked as unavailable because
 * the service did not answer.
 */
package dev.weir.session;

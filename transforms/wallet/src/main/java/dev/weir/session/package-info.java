/**
 * The session service as a service to ask. {@link dev.weir.session.AskSessions} is the transform,
 * {@link dev.weir.session.SessionCalls} the protocol; begin with the first. Only movements that
 * have a session id and no session are asked about; the others pass at once. Each comes out once:
 * with a session, with none because there is none, or marked as unavailable because the service had
 * no answer.
 */
package dev.weir.session;

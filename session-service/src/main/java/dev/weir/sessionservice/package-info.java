/**
 * A mock session service: an HTTP service that knows the country a user's session came from, and is
 * slow and faulty when told to be.
 *
 * <p>{@link dev.weir.sessionservice.SessionService} is the service, {@link
 * dev.weir.sessionservice.Countries} says what it answers, and {@link
 * dev.weir.sessionservice.SessionServiceCommand} starts it from a command line.
 */
package dev.weir.sessionservice;

/**
 * A mock credit bureau: an HTTP service that scores applicants slowly and, when told to, badly.
 *
 * <p>{@link dev.weir.bureaumock.BureauMock} is the service, {@link
 * dev.weir.bureaumock.BureauBehaviour} says how it behaves, and {@link
 * dev.weir.bureaumock.BureauMockCommand} starts it from a command line.
 */
package dev.weir.bureaumock;

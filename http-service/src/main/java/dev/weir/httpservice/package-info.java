/**
 * What Weir's HTTP services share, whatever they answer. Begin with {@link
 * dev.weir.httpservice.RunningService}, which the three services extend.
 *
 * <p>{@link dev.weir.httpservice.HttpService} listens on one event loop, {@link
 * dev.weir.httpservice.Routes} holds the routes, {@link dev.weir.httpservice.Behaviour} sets
 * latency and faults, and {@link dev.weir.httpservice.ServiceOptions} runs a service as a command.
 *
 * <p>Every {@link dev.weir.httpservice.Exchange} is counted, timed and logged. No log line, metric
 * or error answer contains text of a request.
 */
package dev.weir.httpservice;

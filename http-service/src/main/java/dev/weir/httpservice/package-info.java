/**
 * What Weir's HTTP services have in common, whatever they answer: {@link
 * dev.weir.httpservice.HttpService} listens on one event loop, {@link dev.weir.httpservice.Routes}
 * says what is at which path, {@link dev.weir.httpservice.Behaviour} how slow and how faulty it is,
 * and every {@link dev.weir.httpservice.Exchange} is counted, timed and logged without a word of
 * what was asked.
 */
package dev.weir.httpservice;

package dev.weir.bureaumock;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its arrival until its answer or until its client goes away: counted, timed and
 * logged. What is logged comes from a fixed set of words and numbers, never from the request's own
 * text, which could hold an ssn.
 */
final class Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(BureauMock.class);
  private static final String KEY = Exchange.class.getName();

  private final RoutingContext context;
  private final String path;
  private final boolean toBureau;
  private final Meter meter;
  private final long began = System.nanoTime();
  private int entries;
  private Long timer;
  private boolean ended;

  private Exchange(RoutingContext context, String path, boolean toBureau, Meter meter) {
    this.context = context;
    this.path = path;
    this.toBureau = toBureau;
    this.meter = meter;
  }

  /** Begins the exchange, once in a request; {@code path} is the route's own name of the path. */
  static void begin(RoutingContext context, String path, boolean toBureau, Meter meter) {
    Exchange exchange = new Exchange(context, path, toBureau, meter);
    context.put(KEY, exchange);
    // Before the answer leaves: a client that has it finds it counted.
    context.addHeadersEndHandler(sending -> exchange.answered());
    context.addEndHandler(sent -> exchange.abandoned());
    if (toBureau) {
      meter.arrived();
    }
  }

  static Exchange of(RoutingContext context) {
    return context.get(KEY);
  }

  /** Notes how many ssns are asked. */
  void asks(int ssns) {
    entries = ssns;
    meter.asked(ssns);
  }

  /** Runs the answer after a delay, unless the client goes away first. */
  void answerAfter(long millis, Runnable answer) {
    if (millis == 0) {
      answer.run();
    } else {
      timer = context.vertx().setTimer(millis, id -> answer.run());
    }
  }

  private void answered() {
    if (ended) {
      return; // A broken request, given up already, may still be told why.
    }
    ended = true;
    long latency = System.nanoTime() - began;
    Meter.Outcome outcome = new Meter.Outcome(path, context.response().getStatusCode());
    if (toBureau) {
      meter.answered(outcome, latency);
    } else {
      meter.served(outcome);
    }
    log(outcome.status(), latency);
  }

  private void abandoned() {
    if (ended) {
      return;
    }
    ended = true;
    if (timer != null) {
      context.vertx().cancelTimer(timer);
    }
    if (toBureau) {
      meter.abandoned();
    }
    log("none", System.nanoTime() - began);
  }

  private void log(Object status, long latency) {
    LOG.info(
        "method={} path={} status={} latency_ms={} entries={}",
        method(),
        path,
        status,
        TimeUnit.NANOSECONDS.toMillis(latency),
        entries);
  }

  private String method() {
    HttpMethod method = context.request().method();
    return HttpMethod.values().contains(method) ? method.name() : "other";
  }
}

package dev.weir.httpservice;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * One request from its arrival until its answer or until its client goes away: counted, timed and
 * logged. What is logged comes from a fixed set of words and numbers, never from the request's own
 * text, which could hold personal data.
 */
public final class Exchange {

  private static final String KEY = Exchange.class.getName();

  private final RoutingContext context;
  private final String path;
  private final boolean asks;
  private final Meter meter;
  private final Logger log;
  private final long began = System.nanoTime();
  private int entries;
  private Long timer;
  private boolean ended;

  private Exchange(RoutingContext context, String path, boolean asks, Meter meter, Logger log) {
    this.context = context;
    this.path = path;
    this.asks = asks;
    this.meter = meter;
    this.log = log;
  }

  /** Begins the exchange, once in a request; {@code path} is the route's own name of the path. */
  static void begin(RoutingContext context, String path, boolean asks, Meter meter, Logger log) {
    Exchange exchange = new Exchange(context, path, asks, meter, log);
    context.put(KEY, exchange);
    // Before the answer leaves: a client that has it finds it counted.
    context.addHeadersEndHandler(sending -> exchange.answered());
    context.addEndHandler(sent -> exchange.abandoned());
    if (asks) {
      meter.arrived();
    }
  }

  /** The exchange that a request is part of. */
  public static Exchange of(RoutingContext context) {
    return context.get(KEY);
  }

  /** Notes how many questions are asked. */
  public void asks(int questions) {
    entries = questions;
    meter.asked(questions);
  }

  /** Runs the answer after a delay, unless the client goes away first. */
  private void answerAfter(long millis, Runnable answer) {
    if (millis == 0) {
      answer.run();
    } else {
      timer = context.vertx().setTimer(millis, id -> answer.run());
    }
  }

  /**
   * Lets a request meet its fate.
   *
   * @param refusal why it is turned away where the fate says so; must not quote the request
   * @param answer what it is told otherwise
   */
  public void meet(Fate fate, String refusal, Runnable answer) {
    if (fate instanceof Fate.Refused refused) {
      turnAway(refused.status(), refusal);
    } else if (fate instanceof Fate.Delayed delayed) {
      answerAfter(delayed.millis(), delayed.fails() ? () -> turnAway(503, refusal) : answer);
    }
    // A hanging request is left alone until its client goes away.
  }

  private void turnAway(int status, String refusal) {
    if (status == 429) {
      // The limit is per second: after one, there is room again.
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    Routes.refuse(context, status, status == 429 ? "too many requests" : refusal);
  }

  private void answered() {
    if (ended) {
      return; // A broken request, given up already, may still be told why.
    }
    ended = true;
    long latency = System.nanoTime() - began;
    Meter.Outcome outcome = new Meter.Outcome(path, context.response().getStatusCode());
    if (asks) {
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
    if (asks) {
      meter.abandoned();
    }
    log("none", System.nanoTime() - began);
  }

  private void log(Object status, long latency) {
    log.info(
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

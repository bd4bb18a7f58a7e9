package dev.weir.httpservice;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * One request from its arrival until its answer or until its client disconnects: counted, timed and
 * logged. The log holds only numbers and words from a fixed set, never text of the request, which
 * could be personal data.
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

  /** Begins the exchange, once per request; {@code path} is the path as the route names it. */
  static void begin(RoutingContext context, String path, boolean asks, Meter meter, Logger log) {
    Exchange exchange = new Exchange(context, path, asks, meter, log);
    context.put(KEY, exchange);
    // Before the answer is sent, so that a client that has the answer also sees it counted.
    context.addHeadersEndHandler(sending -> exchange.answered());
    context.addEndHandler(sent -> exchange.abandoned());
    if (asks) {
      meter.arrived();
    }
  }

  /** The exchange of a request. */
  public static Exchange of(RoutingContext context) {
    return context.get(KEY);
  }

  /** Records how many questions the request asks. */
  public void asks(int questions) {
    entries = questions;
    meter.asked(questions);
  }

  /** Runs the answer after a delay, unless the client disconnects first. */
  private void answerAfter(long millis, Runnable answer) {
    if (millis == 0) {
      answer.run();
    } else {
      timer = context.vertx().setTimer(millis, id -> answer.run());
    }
  }

  /**
   * Gives a request its fate: refuses it, answers it after a delay, or leaves it unanswered.
   *
   * @param refusal the reason in a refusal; must not quote the request
   * @param answer answers the request otherwise
   */
  public void meet(Fate fate, String refusal, Runnable answer) {
    if (fate instanceof Fate.Refused refused) {
      refuse(refused.status(), refusal);
    } else if (fate instanceof Fate.Delayed delayed) {
      answerAfter(delayed.millis(), delayed.fails() ? () -> refuse(503, refusal) : answer);
    }
    // A hanging request stays unanswered until its client disconnects.
  }

  private void refuse(int status, String refusal) {
    if (status == 429) {
      // The limit is per second: one second later a request is admitted again.
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    Routes.refuse(context, status, status == 429 ? "too many requests" : refusal);
  }

  private void answered() {
    if (ended) {
      return; // An abandoned request may still get an error answer.
    }
    ended = true;
    long latency = System.nanoTime() - began;
    int status = context.response().getStatusCode();
    if (asks) {
      meter.answered(path, status, latency);
    } else {
      meter.served(path, status);
    }
    log(status, latency);
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

package dev.weir.bureaumock;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the mock bureau answers on each of its paths. Everything here runs on one event loop. */
final class Routes {

  private static final Logger LOG = LoggerFactory.getLogger(BureauMock.class);
  private static final long LONGEST_BODY = 1 << 20;
  private static final String NO_KNOWN_PATH = "other";
  private static final String JSON = "application/json";

  private final Supplier<Fates> fates;
  private final Meter meter;
  private final LongSupplier sinceStart;

  /** Routes that ask for the fates anew at each request; the clock gives nanoseconds. */
  Routes(Supplier<Fates> fates, Meter meter, LongSupplier sinceStart) {
    this.fates = fates;
    this.meter = meter;
    this.sinceStart = sinceStart;
  }

  private interface ReadInquiry {
    Inquiry from(Buffer body) throws MalformedInquiry;
  }

  Router on(Vertx vertx) {
    Router router = Router.router(vertx);
    serve(router, HttpMethod.GET, "/health", this::health);
    serve(router, HttpMethod.GET, "/metrics", this::metrics);
    serve(router, HttpMethod.POST, "/v1/score", context -> ask(context, Inquiry::single));
    serve(router, HttpMethod.POST, "/v1/scores", context -> ask(context, Inquiry::batch));
    router.route().handler(this::notFound).failureHandler(this::fail);
    router.errorHandler(400, this::unreadablePath);
    return router;
  }

  private void serve(
      Router router, HttpMethod method, String path, Handler<RoutingContext> handler) {
    boolean toBureau = method.equals(HttpMethod.POST);
    router
        .route(path)
        .handler(
            context -> {
              boolean asks = toBureau && context.request().method().equals(method);
              Exchange.begin(context, path, asks, meter);
              context.next();
            });
    if (toBureau) {
      router.route(method, path).handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY));
    }
    router.route(method, path).handler(handler);
    router
        .route(path)
        .handler(
            context -> {
              context.response().putHeader(HttpHeaders.ALLOW, method.name());
              refuse(context, 405, "this path takes " + method.name() + " only");
            });
  }

  private void health(RoutingContext context) {
    reply(context, 200, JSON, "{\"status\":\"UP\"}");
  }

  private void metrics(RoutingContext context) {
    reply(context, 200, MetricsPage.CONTENT_TYPE, MetricsPage.of(meter.read()));
  }

  private void notFound(RoutingContext context) {
    Exchange.begin(context, NO_KNOWN_PATH, false, meter);
    refuse(context, 404, "there is nothing at this path");
  }

  private void ask(RoutingContext context, ReadInquiry read) {
    Inquiry inquiry = null;
    String complaint = null;
    try {
      inquiry = read.from(context.body().buffer());
      Exchange.of(context).asks(inquiry.size());
    } catch (MalformedInquiry e) {
      complaint = e.getMessage();
    }

    Fate fate = fates.get().next(sinceStart.getAsLong());
    if (fate instanceof Fate.Refused refused) {
      turnAway(context, refused.status());
    } else if (inquiry == null) {
      refuse(context, 400, complaint);
    } else if (fate instanceof Fate.Delayed delayed) {
      answer(context, inquiry, delayed);
    }
    // A hanging request is left alone until its client goes away.
  }

  private static void answer(RoutingContext context, Inquiry inquiry, Fate.Delayed fate) {
    Exchange.of(context)
        .answerAfter(
            fate.millis(),
            () -> {
              if (fate.fails()) {
                turnAway(context, 503);
                return;
              }
              String body =
                  switch (fate.answers()) {
                    case WHOLE -> inquiry.answer().encode();
                    case SHORT -> inquiry.shortAnswer().encode();
                    case GARBAGE -> "<html>this is not JSON</html>";
                  };
              reply(context, 200, JSON, body);
            });
  }

  private static void turnAway(RoutingContext context, int status) {
    if (status == 429) {
      // The limit is per second: after one, there is room again.
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    refuse(context, status, status == 429 ? "too many requests" : "the bureau refuses to answer");
  }

  /** A path that no route can be compared with: the exchange has not begun. */
  private void unreadablePath(RoutingContext context) {
    Exchange.begin(context, NO_KNOWN_PATH, false, meter);
    refuse(context, 400, "the request is malformed");
  }

  /** Logs no more than the kind of a failure: its message could hold a part of the body. */
  private void fail(RoutingContext context) {
    Throwable failure = context.failure();
    if (context.statusCode() == 413) {
      refuse(context, 413, "the body exceeds 1 MiB");
    } else if (context.statusCode() == 400) {
      refuse(context, 400, "the request is malformed");
    } else if (!context.response().closed()) {
      LOG.error("A request failed: {}", failure == null ? "?" : failure.getClass().getName());
      refuse(context, 500, "the mock bureau is broken");
    }
  }

  private static void refuse(RoutingContext context, int status, String reason) {
    reply(context, status, JSON, new JsonObject().put("error", reason).encode());
  }

  private static void reply(RoutingContext context, int status, String type, String body) {
    HttpServerResponse response = context.response();
    if (!response.closed() && !response.ended()) {
      response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
    }
  }
}

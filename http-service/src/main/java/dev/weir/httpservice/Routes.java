package dev.weir.httpservice;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayList;
import java.util.List;

/**
 * The routes of a service; {@code GET /health} and {@code GET /metrics} are always among them. An
 * error is answered with {@code {"error":"…"}}: 401 on a route that answers questions if the
 * service does not admit the client, 404 for an unknown path, 405 for another method, 413 for a
 * body of more than 1 MiB, 414 and 431 for a first line of more than 4 KiB and headers of more than
 * 8 KiB. Everything here runs on one event loop.
 */
public final class Routes {

  /** The content type of JSON. */
  public static final String JSON = "application/json";

  private static final String NO_KNOWN_PATH = "other";

  private final Router router;
  private final Naming naming;
  private final Meter meter;
  private final Access access;
  private final Connections connections;
  private final List<String> all = new ArrayList<>();

  Routes(Vertx vertx, Naming naming, Meter meter, Access access, Connections connections) {
    this.router = Router.router(vertx);
    this.naming = naming;
    this.meter = meter;
    this.access = access;
    this.connections = connections;
    router.route().handler(this::use);
    get("/health", context -> reply(context, 200, JSON, "{\"status\":\"UP\"}"));
    get("/metrics", context -> reply(context, 200, Meter.contentType(), meter.page()));
  }

  /**
   * Adds a {@code GET} route without questions: its requests are not in the {@link ServiceStats}.
   */
  public void get(String path, Handler<RoutingContext> handler) {
    serve(HttpMethod.GET, path, false, handler);
  }

  /**
   * Adds a {@code GET} route that answers questions.
   *
   * @param path may have a parameter, as in {@code /things/:id}
   */
  public void find(String path, Handler<RoutingContext> handler) {
    serve(HttpMethod.GET, path, true, handler);
  }

  /** Adds a {@code POST} route that answers questions. */
  public void post(String path, Handler<RoutingContext> handler) {
    serve(HttpMethod.POST, path, true, handler);
  }

  /** Answers with an error; the reason must not quote the request. */
  public static void refuse(RoutingContext context, int status, String reason) {
    reply(context, status, JSON, new JsonObject().put("error", reason).encode());
  }

  /** Answers, unless the client has disconnected or already has an answer. */
  public static void reply(RoutingContext context, int status, String type, String body) {
    HttpServerResponse response = context.response();
    if (!response.closed() && !response.ended()) {
      response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
    }
  }

  List<String> all() {
    return List.copyOf(all);
  }

  /** The router of all routes, with an error for any other request. Called last. */
  Router whole() {
    router.route().handler(this::notFound).failureHandler(this::fail);
    router.errorHandler(400, this::unreadablePath);
    return router;
  }

  private void serve(
      HttpMethod method, String path, boolean asks, Handler<RoutingContext> handler) {
    all.add(method.name() + " " + path);
    router
        .route(path)
        .handler(
            context -> {
              begin(context, path, asks && context.request().method().equals(method));
              context.next();
            });
    if (asks) {
      router.route(method, path).handler(this::admit);
    }
    if (method.equals(HttpMethod.POST)) {
      router.route(method, path).handler(BodyHandler.create(false).setBodyLimit(Limits.BODY));
    }
    router
        .route(method, path)
        .handler(
            context -> {
              connections.arrived(context.request().connection());
              context.next();
            });
    router.route(method, path).handler(handler);
    router
        .route(path)
        .handler(
            context -> {
              context.response().putHeader(HttpHeaders.ALLOW, method.name());
              refuse(context, 405, "this path accepts only " + method.name());
            });
  }

  private void use(RoutingContext context) {
    HttpConnection connection = context.request().connection();
    connections.begun(connection);
    context.addEndHandler(ended -> connections.answered(connection));
    context.next();
  }

  /** Runs before the body is read: a rejected client costs no memory. */
  private void admit(RoutingContext context) {
    if (access.admits(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
      context.next();
    } else {
      context.response().putHeader("WWW-Authenticate", "Bearer");
      refuse(context, 401, "the bearer token is missing or wrong");
    }
  }

  private void begin(RoutingContext context, String path, boolean asks) {
    Exchange.begin(context, path, asks, meter, naming.log());
  }

  private void notFound(RoutingContext context) {
    begin(context, NO_KNOWN_PATH, false);
    refuse(context, 404, "there is nothing at this path");
  }

  /** Answers a request that is not HTTP or exceeds a limit, and closes its connection. */
  void refuseUnreadable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    boolean longLine = cause instanceof TooLongHttpLineException;
    boolean longHeaders = cause instanceof TooLongHttpHeaderException;
    int status = longLine ? 414 : longHeaders ? 431 : 400;
    String reason =
        longLine
            ? "the first line exceeds 4 KiB"
            : longHeaders ? "the headers exceed 8 KiB" : "the request is malformed";
    meter.served(NO_KNOWN_PATH, status);
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(new JsonObject().put("error", reason).encode())
        .onComplete(sent -> request.connection().close());
  }

  /** Answers a request whose path the router cannot decode: no exchange has begun. */
  private void unreadablePath(RoutingContext context) {
    begin(context, NO_KNOWN_PATH, false);
    refuse(context, 400, "the request is malformed");
  }

  /** Logs only the class of a failure: its message could contain a part of the body. */
  private void fail(RoutingContext context) {
    Throwable failure = context.failure();
    if (context.statusCode() == 413) {
      refuse(context, 413, "the body exceeds 1 MiB");
    } else if (context.statusCode() == 400) {
      refuse(context, 400, "the request is malformed");
    } else if (!context.response().closed()) {
      naming
          .log()
          .error("A request failed: {}", failure == null ? "?" : failure.getClass().getName());
      refuse(context, 500, "internal error");
    }
  }
}

package dev.weir.httpservice;

import java.time.Duration;
import org.slf4j.LoggerFactory;

/** A service with a route of each kind: it answers what it is asked. */
final class EchoService extends RunningService {

  static final Behaviour PROMPT = Behaviour.taking(Duration.ZERO, Duration.ZERO);

  private static final Naming NAMING =
      new Naming("echo", "Echoes asked.", LoggerFactory.getLogger(EchoService.class));

  private EchoService(Conduct conduct, HttpService http) {
    super(conduct, http);
  }

  static EchoService start(int port) {
    return start(PROMPT, Listening.onLoopback(port));
  }

  static EchoService start(Behaviour behaviour, Listening listening) {
    Conduct conduct = new Conduct(behaviour);
    return new EchoService(
        conduct, HttpService.start(NAMING, listening, routes -> add(routes, conduct)));
  }

  private static void add(Routes routes, Conduct conduct) {
    routes.find(
        "/echo/:word",
        context -> {
          Exchange.of(context).asks(1);
          String word = context.pathParam("word");
          Exchange.of(context)
              .meet(
                  conduct.next(),
                  "the echo refuses to answer",
                  () -> Routes.reply(context, 200, Routes.JSON, "\"" + word + "\""));
        });
    routes.post(
        "/lengths",
        context -> Routes.reply(context, 200, Routes.JSON, "" + context.body().length()));
    routes.post(
        "/broken",
        context -> {
          throw new IllegalStateException(context.body().asString());
        });
  }
}

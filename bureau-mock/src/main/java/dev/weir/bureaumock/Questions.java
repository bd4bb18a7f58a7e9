package dev.weir.bureaumock;

import dev.weir.httpservice.Exchange;
import dev.weir.httpservice.MalformedBody;
import dev.weir.httpservice.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What becomes of the questions to the mock bureau. Everything here runs on one event loop. */
final class Questions {

  private final Supplier<Fates> fates;
  private final LongSupplier sinceStart;

  /** Asks for the fates anew at each request; the clock gives nanoseconds. */
  Questions(Supplier<Fates> fates, LongSupplier sinceStart) {
    this.fates = fates;
    this.sinceStart = sinceStart;
  }

  private interface ReadInquiry {
    Inquiry from(Buffer body) throws MalformedBody;
  }

  void on(Routes routes) {
    routes.post("/v1/score", context -> ask(context, Inquiry::single));
    routes.post("/v1/scores", context -> ask(context, Inquiry::batch));
  }

  private void ask(RoutingContext context, ReadInquiry read) {
    Inquiry inquiry = null;
    String complaint = null;
    try {
      inquiry = read.from(context.body().buffer());
      Exchange.of(context).asks(inquiry.size());
    } catch (MalformedBody e) {
      complaint = e.getMessage();
    }

    Fate fate = fates.get().next(sinceStart.getAsLong());
    if (fate instanceof Fate.Refused refused) {
      turnAway(context, refused.status());
    } else if (inquiry == null) {
      Routes.refuse(context, 400, complaint);
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
              Routes.reply(context, 200, Routes.JSON, body);
            });
  }

  private static void turnAway(RoutingContext context, int status) {
    if (status == 429) {
      // The limit is per second: after one, there is room again.
      context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    Routes.refuse(
        context, status, status == 429 ? "too many requests" : "the bureau refuses to answer");
  }
}

package dev.weir.scoringservice;

import dev.weir.httpservice.Conduct;
import dev.weir.httpservice.Exchange;
import dev.weir.httpservice.MalformedBody;
import dev.weir.httpservice.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Answers the questions to the model. Everything here runs on one event loop. */
final class Questions {

  private final Conduct conduct;
  private final String contract = contract();

  Questions(Conduct conduct) {
    this.conduct = conduct;
  }

  private interface ReadInquiry {
    Inquiry from(Buffer body) throws MalformedBody;
  }

  void on(Routes routes) {
    routes.get("/openapi.json", context -> Routes.reply(context, 200, Routes.JSON, contract));
    routes.post("/predict", context -> ask(context, Inquiry::single));
    routes.post("/predict/batch", context -> ask(context, Inquiry::batch));
  }

  private void ask(RoutingContext context, ReadInquiry read) {
    Inquiry inquiry;
    try {
      inquiry = read.from(context.body().buffer());
    } catch (MalformedBody e) {
      Routes.refuse(context, 400, e.getMessage());
      return;
    }
    Exchange exchange = Exchange.of(context);
    exchange.asks(inquiry.size());
    exchange.meet(
        conduct.next(),
        "the model refuses to answer",
        () -> Routes.reply(context, 200, Routes.JSON, inquiry.answer(Instant.now())));
  }

  private static String contract() {
    try (InputStream document = Questions.class.getResourceAsStream("openapi.json")) {
      return new String(document.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the contract", e);
    }
  }
}

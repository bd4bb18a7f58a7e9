package dev.weir.bureaumock;

import dev.weir.httpservice.Conduct;
import dev.weir.httpservice.Exchange;
import dev.weir.httpservice.Fate;
import dev.weir.httpservice.MalformedBody;
import dev.weir.httpservice.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Answers the questions to the mock bureau. Everything here runs on one event loop. */
final class Questions {

  private final Conduct conduct;
  private volatile Answers answers = Answers.WHOLE;

  Questions(Conduct conduct) {
    this.conduct = conduct;
  }

  void answer(Answers changed) {
    answers = changed;
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

    Fate fate = conduct.next();
    Answers chosen = answers;
    if (inquiry == null && !(fate instanceof Fate.Refused)) {
      Routes.refuse(context, 400, complaint);
      return;
    }
    Inquiry readable = inquiry;
    Exchange.of(context)
        .meet(fate, "the bureau refuses to answer", () -> answer(context, readable, chosen));
  }

  private static void answer(RoutingContext context, Inquiry inquiry, Answers answers) {
    String body =
        switch (answers) {
          case WHOLE -> inquiry.answer().encode();
          case SHORT -> inquiry.shortAnswer().encode();
          case GARBAGE -> "<html>this is not JSON</html>";
        };
    Routes.reply(context, 200, Routes.JSON, body);
  }
}

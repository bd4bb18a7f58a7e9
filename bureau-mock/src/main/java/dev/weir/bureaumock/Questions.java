package dev.weir.bureaumock;

import dev.weir.bureaumock.BureauBehaviour.Answers;
import dev.weir.httpservice.Conduct;
import dev.weir.httpservice.Exchange;
import dev.weir.httpservice.Fate;
import dev.weir.httpservice.MalformedBody;
import dev.weir.httpservice.Routes;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Answers the questions to the mock bureau. Everything here runs on one event loop. */
final class Questions {

  private final Conduct<BureauBehaviour> conduct;

  Questions(Conduct<BureauBehaviour> conduct) {
    this.conduct = conduct;
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

    Conduct.Turn<BureauBehaviour> turn = conduct.next();
    if (inquiry == null && !(turn.fate() instanceof Fate.Refused)) {
      Routes.refuse(context, 400, complaint);
      return;
    }
    Inquiry readable = inquiry;
    Exchange.of(context)
        .meet(
            turn.fate(),
            "the bureau refuses to answer",
            () -> answer(context, readable, turn.behaviour().answers()));
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

package dev.weir.bureaumock;

import dev.weir.httpservice.MalformedBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The question of one request: the score of one ssn, or of up to {@value #MOST} in order. */
final class Inquiry {

  static final int MOST = 100;

  private static final String NOT_AN_SSN = "an ssn must be a non-blank string";

  private final List<?> entries;
  private final boolean batch;

  private Inquiry(List<?> entries, boolean batch) {
    this.entries = entries;
    this.batch = batch;
  }

  /** Reads {@code {"ssn":"…"}}. */
  static Inquiry single(Buffer body) throws MalformedBody {
    Object ssn = field("ssn", body);
    if (!isSsn(ssn)) {
      throw new MalformedBody(NOT_AN_SSN);
    }
    return new Inquiry(List.of(ssn), false);
  }

  /** Reads {@code {"ssns":["…",…]}}; an entry that is not an ssn gets an error of its own. */
  static Inquiry batch(Buffer body) throws MalformedBody {
    if (!(field("ssns", body) instanceof JsonArray ssns)) {
      throw new MalformedBody("\"ssns\" must be a list");
    }
    if (ssns.isEmpty() || ssns.size() > MOST) {
      throw new MalformedBody("\"ssns\" must have 1 to " + MOST + " entries");
    }
    return new Inquiry(ssns.getList(), true);
  }

  /** Returns how many scores the request asks for. */
  int size() {
    return entries.size();
  }

  /** The answer that follows the contract. */
  JsonObject answer() {
    return batch ? scores(entries) : score(entries.get(0));
  }

  /** The answer without its last entry; an inquiry about one ssn is answered in full. */
  JsonObject shortAnswer() {
    return batch ? scores(entries.subList(0, entries.size() - 1)) : answer();
  }

  private static JsonObject scores(List<?> asked) {
    return new JsonObject()
        .put("scores", new JsonArray(asked.stream().map(Inquiry::score).toList()));
  }

  private static JsonObject score(Object entry) {
    return isSsn(entry)
        ? new JsonObject().put("score", Scores.of((String) entry))
        : new JsonObject().put("error", NOT_AN_SSN);
  }

  private static boolean isSsn(Object entry) {
    return entry instanceof String text && !text.isBlank();
  }

  private static Object field(String name, Buffer body) throws MalformedBody {
    if (!(decode(body) instanceof JsonObject object)) {
      throw new MalformedBody("the body must be a JSON object");
    }
    if (!object.containsKey(name)) {
      throw new MalformedBody("\"" + name + "\" is missing");
    }
    return object.getValue(name);
  }

  private static Object decode(Buffer body) throws MalformedBody {
    try {
      return body == null ? null : Json.decodeValue(body);
    } catch (DecodeException quotesTheBody) {
      // Neither its message nor its cause may be passed on: both contain a part of the body.
      throw new MalformedBody("the body must be a JSON object");
    }
  }
}

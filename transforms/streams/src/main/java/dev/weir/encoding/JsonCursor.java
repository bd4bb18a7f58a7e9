package dev.weir.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Moves through JSON in UTF-8, knows the text of each value, and names the place of an error. */
final class JsonCursor implements Closeable {
  /**
   * Without limits: whoever wrote a value may have taken it over from another record, just within
   * them, and put it into an object.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final String record;
  private final char[] all;
  private final JsonParser parser;

  /**
   * @param record the name of what is read, for errors
   * @throws IOException if the bytes are not UTF-8
   */
  JsonCursor(String record, byte[] json) throws IOException {
    CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
    this.record = record;
    this.all = decoded.array();
    // Characters and not bytes, because the parser would count in bytes of any encoding.
    this.parser = FACTORY.createParser(all, 0, decoded.length());
  }

  /** Moves to the next token; null at the end. */
  JsonToken next() throws IOException {
    return parser.nextToken();
  }

  JsonToken token() {
    return parser.currentToken();
  }

  /** The name of a member, the content of a string, or a number as it is written. */
  String text() throws IOException {
    return parser.getText();
  }

  /** Moves past the value that begins here. */
  void skip() throws IOException {
    parser.skipChildren();
  }

  /** Moves past the value that begins here, and returns it as it is written. */
  String asWritten() throws IOException {
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    parser.finishToken();
    int to = (int) parser.currentLocation().getCharOffset();
    return new String(all, from, to - from);
  }

  /**
   * Returns an error about the value that begins or ends here.
   *
   * @param problem continues the name of the value
   */
  IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(place() + " " + problem);
  }

  /** Returns an error about a member that the object that ends here does not have. */
  IllegalArgumentException missing(String member) {
    return new IllegalArgumentException(place() + "." + member + " is missing");
  }

  /** The path of the current value, such as {@code EnrichedMoney.money.amount}. */
  private String place() {
    return record + parser.getParsingContext().pathAsPointer().toString().replace('/', '.');
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}

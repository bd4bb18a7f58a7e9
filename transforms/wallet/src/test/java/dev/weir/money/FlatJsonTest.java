package dev.weir.money;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlatJsonTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"at\":\"noon\"}|noon",
        " { \"a\" : 0.50 , \"b\" : true,\"c\":false,\"d\":null,\"at\":\"noon\" } |noon",
        "{\"at\":\"noon\",\"cut|noon",
        "{\"bat\":\"no\",\"att\":\"no\",\"at\":\"noon\",\"at\":\"no\"}|noon",
      })
  void aPlainTextIsFound(String json, String text) {
    assertThat(find(json), is(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"at\":12}",
        "{\"at\":{\"at\":\"noon\"}}",
        "{\"a\":[],\"at\":\"noon\"}",
        "{\"a\":\"\\\"\",\"at\":\"noon\"}",
        "{\"a\":\"é\",\"at\":\"noon\"}",
        "{\"a\":\"\t\",\"at\":\"noon\"}",
        "{\"a\":,\"at\":\"noon\"}",
        "{\"a\":01,\"at\":\"noon\"}",
        "{\"a\":1.,\"at\":\"noon\"}",
        "{\"a\":1e5,\"at\":\"noon\"}",
        "{\"a\":-1,\"at\":\"noon\"}",
        "{\"a\":truer,\"at\":\"noon\"}",
        "{\"a\":tru,\"at\":\"noon\"}",
        "{\"a\":1 \"at\":\"noon\"}",
        "{\"at\":\"no",
        "{\"at\"",
      })
  void everythingElseIsLeftToAParser(String json) {
    assertThat(find(json), is(nullValue()));
  }

  /** What it finds in damaged JSON, a parser finds too. */
  @Test
  void itNeverFindsWhatAParserDoesNotFind() throws IOException {
    Random random = new Random(5);
    byte[] whole =
        "{\"id\":\"p1\",\"n\":10.25,\"old\":true,\"none\":null,\"at\":\"noon\",\"x\":1}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] some =
        "\"\\{}[]:,. 0123456789-eEtrufalsn\u0000at\u00ff".getBytes(StandardCharsets.UTF_8);
    int found = 0;
    for (int run = 0; run < 50_000; run++) {
      byte[] json = whole.clone();
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        json[random.nextInt(json.length)] = some[random.nextInt(some.length)];
      }
      String text = FlatJson.text(json, "at".getBytes(StandardCharsets.UTF_8));
      if (text != null) {
        found++;
        assertThat(new String(json, StandardCharsets.UTF_8), parsed(json), is(text));
      }
    }
    assertThat(found, greaterThan(1_000));
  }

  private static String parsed(byte[] bytes) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(bytes)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.currentName().equals("at");
        json.nextToken();
        if (found) {
          return json.getText();
        }
        json.skipChildren();
      }
      return null;
    }
  }

  private static String find(String json) {
    return FlatJson.text(
        json.getBytes(StandardCharsets.UTF_8), "at".getBytes(StandardCharsets.UTF_8));
  }
}

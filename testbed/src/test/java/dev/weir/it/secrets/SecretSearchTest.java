package dev.weir.it.secrets;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The search finds what it is for. */
class SecretSearchTest {
  private static final String SECRET = "Zr7kQ2mX9vLw4TgB";
  private static final Map<String, String> SECRETS =
      Map.of("a token", SECRET, "another", "yD8nC5sH3fRj6PqA");

  static Stream<Arguments> forms() {
    byte[] text = ("before " + SECRET + " after").getBytes(UTF_8);
    byte[] serialized = SerializableUtils.serializeToByteArray("before " + SECRET);
    return Stream.of(
        Arguments.of("text", text),
        Arguments.of("wide text", ("a" + SECRET).getBytes(UTF_16BE)),
        Arguments.of("base64", Base64.getEncoder().encode(text)),
        Arguments.of(
            "base64 in a word",
            ("x/" + new String(Base64.getUrlEncoder().encode(text), UTF_8)).getBytes(UTF_8)),
        Arguments.of("deflate", amid(deflated(text))),
        Arguments.of("gzip", amid(gzipped(text))),
        Arguments.of("serialized by Beam", amid(serialized)),
        Arguments.of("all", amid(gzipped(Base64.getEncoder().encode(deflated(amid(serialized)))))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void aSecretIsFoundInEveryForm(String name, byte[] bytes) {
    assertThat(SecretSearch.in(bytes, SECRETS), contains("a token"));
  }

  @Test
  void nothingIsFoundWhereNothingIs() {
    byte[] bytes = SerializableUtils.serializeToByteArray("env:TOKEN");

    assertThat(SecretSearch.in(amid(gzipped(bytes)), SECRETS), empty());
  }

  private static byte[] amid(byte[] bytes) {
    return joined("some x text ".getBytes(UTF_8), bytes, " and more x text".getBytes(UTF_8));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] deflated(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    return written(out, new DeflaterOutputStream(out), bytes);
  }

  private static byte[] gzipped(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      return written(out, new GZIPOutputStream(out), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] written(ByteArrayOutputStream to, OutputStream through, byte[] bytes) {
    try (through) {
      through.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return to.toByteArray();
  }
}

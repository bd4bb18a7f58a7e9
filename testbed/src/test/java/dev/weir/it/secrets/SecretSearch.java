package dev.weir.it.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.xerial.snappy.SnappyError;
import org.xerial.snappy.SnappyInputStream;

/**
 * Finds secrets in bytes of any kind: as text in several encodings, and in what is base64, deflate,
 * gzip or snappy, as often as one is inside of the other. Beam compresses serialized functions with
 * snappy, and Flink's configuration holds bytes as base64.
 */
final class SecretSearch {
  private static final int DEEPEST = 8;
  private static final int LONGEST = 64 << 20;
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{16,}");
  private static final String SNAPPY = "\u0082SNAPPY\0";
  private static final String GZIP = "\u001f\u008b\b";

  /** The place of each secret, by each form that the secret has in bytes. */
  private final Map<String, String> places = new HashMap<>();

  private final int shortest;
  private final TreeSet<String> found = new TreeSet<>();

  /**
   * @param secrets the secrets by the place where each is given
   */
  private SecretSearch(Map<String, String> secrets) {
    secrets.forEach(
        (place, secret) -> {
          for (Charset charset : List.of(UTF_8, UTF_16BE, UTF_16LE)) {
            places.put(new String(secret.getBytes(charset), ISO_8859_1), place);
          }
        });
    shortest = secrets.values().stream().mapToInt(String::length).min().orElse(0);
  }

  /** Returns the places of the secrets that are in the bytes. */
  static TreeSet<String> in(byte[] bytes, Map<String, String> secrets) {
    SecretSearch search = new SecretSearch(secrets);
    search.look(bytes, 0);
    return search.found;
  }

  private void look(byte[] bytes, int depth) {
    if (bytes.length < shortest) {
      return;
    }
    String text = new String(bytes, ISO_8859_1);
    places.forEach(
        (secret, place) -> {
          if (text.contains(secret)) {
            found.add(place);
          }
        });
    if (depth == DEEPEST) {
      return;
    }
    for (int at = text.indexOf(SNAPPY); at >= 0; at = text.indexOf(SNAPPY, at + 1)) {
      unpack(bytes, at, depth, SnappyInputStream::new);
    }
    for (int at = text.indexOf(GZIP); at >= 0; at = text.indexOf(GZIP, at + 1)) {
      unpack(bytes, at, depth, GZIPInputStream::new);
    }
    for (int at = text.indexOf('x'); at >= 0; at = text.indexOf('x', at + 1)) {
      // Two bytes begin deflated data, and their sum is a multiple of 31.
      if (at + 1 < bytes.length && ((bytes[at] & 0xff) * 256 + (bytes[at + 1] & 0xff)) % 31 == 0) {
        unpack(bytes, at, depth, InflaterInputStream::new);
      }
    }
    Matcher encoded = BASE64.matcher(text);
    while (encoded.find()) {
      String plain = encoded.group().replace('-', '+').replace('_', '/');
      // Other characters may come before it.
      for (int start = 0; start < 4; start++) {
        String part = plain.substring(start);
        part = part.substring(0, part.length() - (part.length() % 4 == 1 ? 1 : 0));
        lookEncoded(part, depth);
      }
    }
  }

  private void lookEncoded(String part, int depth) {
    try {
      look(Base64.getDecoder().decode(part), depth + 1);
    } catch (IllegalArgumentException e) {
      // Only text that looks like base64.
    }
  }

  @FunctionalInterface
  private interface Packing {
    InputStream unpack(InputStream packed) throws IOException;
  }

  private void unpack(byte[] bytes, int at, int depth, Packing packing) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (InputStream in = packing.unpack(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
      // One by one, so that nothing is lost when what follows cannot be unpacked.
      for (int next = in.read(); next >= 0 && plain.size() < LONGEST; next = in.read()) {
        plain.write(next);
      }
    } catch (IOException | SnappyError e) {
      // It ends where other bytes follow, or is not packed at all.
    }
    if (plain.size() > 0) {
      look(plain.toByteArray(), depth + 1);
    }
  }
}

package dev.weir.it.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.xerial.snappy.Snappy;

/**
 * Finds secrets in bytes of any kind: as text in several encodings, and in what is base64, deflate,
 * gzip or snappy, as often as one is inside of the other. Beam compresses serialized functions with
 * snappy, and Flink's configuration holds bytes as base64.
 */
final class SecretSearch {
  private static final int DEEPEST = 8;
  private static final int LONGEST = 64 << 20;
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{32,}");
  private static final String SNAPPY = "\u0082SNAPPY\0";
  private static final int SNAPPY_HEADER = 16;
  private static final String GZIP = "\u001f\u008b\b";

  /** The place of each secret, by each form that the secret has in bytes. */
  private final Map<String, String> places = new HashMap<>();

  private final int shortest;

  /** What was found in each content: jobs contain the same functions many times. */
  private final Map<HashCode, TreeSet<String>> known = new HashMap<>();

  /**
   * @param secrets the secrets by the place where each is given; of 24 or more characters, so that
   *     they are 32 or more in base64
   */
  SecretSearch(Map<String, String> secrets) {
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
    return new SecretSearch(secrets).in(bytes);
  }

  /** Returns the places of the secrets that are in the bytes. */
  TreeSet<String> in(byte[] bytes) {
    return look(bytes, 0);
  }

  private TreeSet<String> look(byte[] bytes, int depth) {
    TreeSet<String> found = new TreeSet<>();
    if (bytes.length < shortest) {
      return found;
    }
    HashCode content = Hashing.sha256().hashBytes(bytes);
    TreeSet<String> before = known.get(content);
    if (before != null) {
      return before;
    }
    String text = new String(bytes, ISO_8859_1);
    places.forEach(
        (secret, place) -> {
          if (text.contains(secret)) {
            found.add(place);
          }
        });
    if (depth == DEEPEST) {
      return found;
    }
    for (int at = text.indexOf(SNAPPY); at >= 0; at = text.indexOf(SNAPPY, at + 1)) {
      found.addAll(look(unpackSnappy(bytes, at), depth + 1));
    }
    for (int at = text.indexOf(GZIP); at >= 0; at = text.indexOf(GZIP, at + 1)) {
      found.addAll(unpack(bytes, at, depth, GZIPInputStream::new));
    }
    for (int at = text.indexOf('x'); at >= 0; at = text.indexOf('x', at + 1)) {
      // Two bytes begin deflated data, and their sum is a multiple of 31.
      if (at + 1 < bytes.length && ((bytes[at] & 0xff) * 256 + (bytes[at + 1] & 0xff)) % 31 == 0) {
        found.addAll(unpack(bytes, at, depth, InflaterInputStream::new));
      }
    }
    Matcher encoded = BASE64.matcher(text);
    while (encoded.find()) {
      String plain = encoded.group().replace('-', '+').replace('_', '/');
      // Other characters may come before it.
      for (int start = 0; start < 4; start++) {
        String part = plain.substring(start);
        part = part.substring(0, part.length() - (part.length() % 4 == 1 ? 1 : 0));
        found.addAll(lookEncoded(part, depth));
      }
    }
    known.put(content, found);
    return found;
  }

  private TreeSet<String> lookEncoded(String part, int depth) {
    try {
      return look(Base64.getDecoder().decode(part), depth + 1);
    } catch (IllegalArgumentException e) {
      // Only text that looks like base64.
      return new TreeSet<>();
    }
  }

  /**
   * Reads the chunks that follow a header of snappy's stream format. Its own reader would allocate
   * whatever the bytes after the last chunk say.
   */
  private static byte[] unpackSnappy(byte[] bytes, int at) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteBuffer chunks = ByteBuffer.wrap(bytes);
    int next = at + SNAPPY_HEADER;
    while (next + Integer.BYTES <= bytes.length) {
      int length = chunks.getInt(next);
      int start = next + Integer.BYTES;
      if (length <= 0 || length > bytes.length - start) {
        break;
      }
      try {
        if (!Snappy.isValidCompressedBuffer(bytes, start, length)) {
          break;
        }
        plain.writeBytes(Snappy.uncompress(Arrays.copyOfRange(bytes, start, start + length)));
      } catch (IOException e) {
        break;
      }
      next = start + length;
    }
    return plain.toByteArray();
  }

  @FunctionalInterface
  private interface Packing {
    InputStream unpack(InputStream packed) throws IOException;
  }

  private TreeSet<String> unpack(byte[] bytes, int at, int depth, Packing packing) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (InputStream in = packing.unpack(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
      // One by one, so that nothing is lost when what follows cannot be unpacked.
      for (int next = in.read(); next >= 0 && plain.size() < LONGEST; next = in.read()) {
        plain.write(next);
      }
    } catch (IOException e) {
      // It ends where other bytes follow, or is not packed at all.
    }
    return look(plain.toByteArray(), depth + 1);
  }
}

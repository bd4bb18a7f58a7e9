package dev.weir.money;

import java.nio.charset.StandardCharsets;

/**
 * Finds a text among the first members of a JSON object, if all of them are plain: strings of ASCII
 * characters without escapes, decimal numbers, {@code true}, {@code false} and {@code null}. This
 * is several times as fast as a parser, which is needed for everything else.
 */
final class FlatJson {
  private final byte[] json;
  private int at;

  private FlatJson(byte[] json) {
    this.json = json;
  }

  /**
   * Returns the text of the first member with this name. Null if it cannot be found this way, or is
   * not a text: then a parser decides.
   *
   * @param name ASCII
   */
  static String text(byte[] json, byte[] name) {
    return new FlatJson(json).text(name);
  }

  private String text(byte[] name) {
    boolean more = isNext('{');
    while (more) {
      int from = at() == '"' ? at + 1 : -1;
      if (from < 0 || !skipString()) {
        return null;
      }
      boolean found = isNameAt(from, name);
      if (!isNext(':')) {
        return null;
      }
      int value = at() == '"' ? at + 1 : -1;
      if (!skipValue() || (found && value < 0)) {
        return null;
      }
      if (found) {
        return new String(json, value, at - 1 - value, StandardCharsets.ISO_8859_1);
      }
      more = isNext(',');
    }
    return null;
  }

  private boolean isNameAt(int from, byte[] name) {
    if (at - 1 - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (json[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns the next byte that is not a space; 0 at the end. */
  private int at() {
    while (at < json.length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
    return at < json.length ? json[at] : 0;
  }

  private boolean isNext(char wanted) {
    if (at() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  private boolean skipValue() {
    return switch (at()) {
      case '"' -> skipString();
      case 't' -> skip("true");
      case 'f' -> skip("false");
      case 'n' -> skip("null");
      default -> skipNumber();
    };
  }

  private boolean skipString() {
    for (at++; at < json.length; at++) {
      byte next = json[at];
      if (next == '"') {
        at++;
        return true;
      }
      // Bytes above 127 are negative.
      if (next < ' ' || next == '\\') {
        return false;
      }
    }
    return false;
  }

  private boolean skip(String literal) {
    for (int i = 0; i < literal.length(); i++) {
      if (at == json.length || json[at++] != literal.charAt(i)) {
        return false;
      }
    }
    return isEndOfValue();
  }

  private boolean skipNumber() {
    int digits = skipDigits();
    if (digits == 0 || (digits > 1 && json[at - digits] == '0')) {
      return false;
    }
    if (at < json.length && json[at] == '.') {
      at++;
      if (skipDigits() == 0) {
        return false;
      }
    }
    return isEndOfValue();
  }

  private int skipDigits() {
    int from = at;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
    return at - from;
  }

  private boolean isEndOfValue() {
    int next = at();
    return next == ',' || next == '}';
  }
}

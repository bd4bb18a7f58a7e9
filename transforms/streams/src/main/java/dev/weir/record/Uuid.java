package dev.weir.record;

import java.util.Locale;

/**
 * Recognizes UUID strings: 36 characters, hexadecimal digits in groups of 8, 4, 4, 4 and 12,
 * separated by dashes. Libraries write the same UUID in lower or in upper case.
 */
public final class Uuid {
  private static final String PATTERN = "00000000-0000-0000-0000-000000000000";

  private Uuid() {}

  /** Returns whether the text is a UUID, in either case; false for null. */
  public static boolean is(String text) {
    if (text == null || text.length() != PATTERN.length()) {
      return false;
    }
    for (int i = 0; i < PATTERN.length(); i++) {
      char c = text.charAt(i);
      if (PATTERN.charAt(i) == '-' ? c != '-' : !isHexadecimal(c)) {
        return false;
      }
    }
    return true;
  }

  /** Returns a UUID in lower case; returns any other text, and null, unchanged. */
  public static String inLowerCase(String text) {
    return is(text) ? text.toLowerCase(Locale.ROOT) : text;
  }

  private static boolean isHexadecimal(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }
}

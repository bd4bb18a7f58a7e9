package dev.weir.record;

/**
 * The maximum length of a record's strings, in UTF-16 characters. A control character takes six
 * bytes in JSON; with these limits the key and the value of every published record stay below
 * Kafka's default limit of 1 MiB, whatever the strings contain.
 */
public enum TextLimit {
  /** For a string that identifies a row, an event, a person or an account. */
  ID(1_024),
  /** For any other string. */
  TEXT(8_192),
  /** For a JSON value that is passed on unchanged, as written without spaces. */
  JSON(131_072);

  private final int characters;

  TextLimit(int characters) {
    this.characters = characters;
  }

  public int characters() {
    return characters;
  }

  public boolean isExceededBy(String text) {
    return text.length() > characters;
  }

  /**
   * The detail of a dead letter for a field that is too long.
   *
   * @param field the name of the field
   */
  public String detail(String field) {
    return field + " has more than " + characters + " characters";
  }
}

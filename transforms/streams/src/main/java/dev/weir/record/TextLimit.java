package dev.weir.record;

/**
 * How long the texts of a record may be, in UTF-16 characters. A control character takes six bytes
 * in JSON; with these limits the key and the value of every record that is published stay below
 * Kafka's default limit of 1 MiB, whatever the texts hold.
 */
public enum TextLimit {
  /** Of what names a row, an event, a person or an account. */
  ID(1_024),
  /** Of any other text. */
  TEXT(8_192),
  /** Of a JSON value that is passed on as it is, as written without spaces. */
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
   * What a dead letter says about a field that is too long.
   *
   * @param field its name
   */
  public String detail(String field) {
    return field + " has more than " + characters + " characters";
  }
}

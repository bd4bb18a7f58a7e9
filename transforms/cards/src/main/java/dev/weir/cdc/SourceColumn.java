package dev.weir.cdc;

import java.io.Serializable;

/**
 * A column of a source table that a reader needs.
 *
 * @param name the name in the database
 * @param type the type that its values are read as
 * @param required whether the table must have the column
 */
public record SourceColumn(String name, Type type, boolean required) implements Serializable {

  /** The type that a column must have so that its values arrive in the form that Weir reads. */
  public enum Type {
    TEXT("varchar, text, uuid or an enum"),
    /** Without a declared scale, a number's text may have no decimal point. */
    DECIMAL("numeric(p, 2)"),
    ZONED_TIME("timestamp with time zone"),
    /** With more digits, the connector writes microseconds. */
    LOCAL_TIME("timestamp(3) without time zone");

    private final String needed;

    Type(String needed) {
      this.needed = needed;
    }

    /** Returns the required database type for use in an error message. */
    public String needed() {
      return needed;
    }
  }

  public static SourceColumn required(String name, Type type) {
    return new SourceColumn(name, type, true);
  }

  public static SourceColumn optional(String name, Type type) {
    return new SourceColumn(name, type, false);
  }
}

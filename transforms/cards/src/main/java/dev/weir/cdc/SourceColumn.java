package dev.weir.cdc;

import java.io.Serializable;

/**
 * A column that a reader needs of a table.
 *
 * @param name as the database spells it
 * @param type what its values are read as
 * @param required whether the table has to have it
 */
public record SourceColumn(String name, Type type, boolean required) implements Serializable {

  /** What a column has to be so that its values arrive as Weir reads them. */
  public enum Type {
    TEXT("varchar, text, uuid or an enum"),
    /** Without a declared scale the text of a number may have no decimal point. */
    DECIMAL("numeric(p, 2)"),
    ZONED_TIME("timestamp with time zone"),
    /** With more digits the connector writes microseconds. */
    LOCAL_TIME("timestamp(3) without time zone");

    private final String needed;

    Type(String needed) {
      this.needed = needed;
    }

    /** As it is asked for in an error. */
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

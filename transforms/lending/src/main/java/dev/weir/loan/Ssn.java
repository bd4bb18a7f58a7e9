package dev.weir.loan;

import java.util.Objects;

/** A social security number. It prints as dots, so that no log line or message can reveal it. */
public final class Ssn {
  private final String number;

  private Ssn(String number) {
    this.number = Objects.requireNonNull(number);
  }

  public static Ssn of(String number) {
    return new Ssn(number);
  }

  /** Returns the number itself, for requests to the bureau and for Weir's own encoded state. */
  public String reveal() {
    return number;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ssn that && number.equals(that.number);
  }

  @Override
  public int hashCode() {
    return number.hashCode();
  }

  @Override
  public String toString() {
    return "•••";
  }
}

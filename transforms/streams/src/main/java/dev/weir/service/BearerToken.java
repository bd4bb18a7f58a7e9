package dev.weir.service;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A secret that a service requires. It prints as dots and is not serializable: each worker reads it
 * from its own environment, so that no pipeline graph and no option ever contains it.
 */
public final class BearerToken {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");

  private final String token;

  private BearerToken(String token) {
    this.token = token;
  }

  /**
   * @throws IllegalArgumentException if the token cannot be used in a header: it must be one or
   *     more visible ASCII characters without a space
   */
  public static BearerToken of(String token) {
    if (!VISIBLE_ASCII.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "the token must be visible ASCII characters without spaces");
    }
    return new BearerToken(token);
  }

  /**
   * Reads the token from an environment variable, without surrounding whitespace; empty if there is
   * none.
   *
   * @param environment returns the value of a variable, null if it is not set
   * @throws IllegalArgumentException if the value is not a valid token
   */
  public static Optional<BearerToken> in(UnaryOperator<String> environment, String variable) {
    try {
      return Optional.ofNullable(environment.apply(variable))
          .map(String::strip)
          .filter(text -> !text.isEmpty())
          .map(BearerToken::of);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    }
  }

  /** The value of the {@code Authorization} header. */
  public String authorization() {
    return "Bearer " + token;
  }

  @Override
  public String toString() {
    return "•••";
  }
}

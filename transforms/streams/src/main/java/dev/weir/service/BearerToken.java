package dev.weir.service;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A secret that a service asks for. It prints as dots, and it does not travel: each worker takes it
 * from its own environment, so that no pipeline graph and no option ever holds it.
 */
public final class BearerToken {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");

  private final String token;

  private BearerToken(String token) {
    this.token = token;
  }

  /**
   * @throws IllegalArgumentException if the token could not stand in a header: it must be visible
   *     ASCII characters, at least one, and no space
   */
  public static BearerToken of(String token) {
    if (!VISIBLE_ASCII.matcher(token).matches()) {
      throw new IllegalArgumentException(
          "the token must be visible ASCII characters without a space");
    }
    return new BearerToken(token);
  }

  /**
   * The token in an environment variable of this process, without the blanks around it; empty where
   * there is none.
   *
   * @throws IllegalArgumentException if what is there is no token
   */
  public static Optional<BearerToken> inEnvironment(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(BearerToken::of);
  }

  /** The value of the {@code Authorization} header. */
  String authorization() {
    return "Bearer " + token;
  }

  @Override
  public String toString() {
    return "•••";
  }
}

package dev.weir.ports;

/** Checks the numbers that options give. */
public final class Numbers {
  private Numbers() {}

  /**
   * @param option the option the number was given for, named in the error
   * @throws PortException if the number is below {@code lowest} or above {@code highest}
   */
  public static int between(String option, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw new PortException(
          "--" + option + " must be between " + lowest + " and " + highest + ", not " + value);
    }
    return value;
  }
}

package dev.weir.ports;

/** Checks numbers that were given as options. */
public final class Numbers {
  private Numbers() {}

  /**
   * @param option the option the number was given for, named in the error
   * @throws PortException where the number is out of its range, whose ends belong to it
   */
  public static int between(String option, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw new PortException(
          "--" + option + " must be " + lowest + " to " + highest + " and is " + value);
    }
    return value;
  }
}

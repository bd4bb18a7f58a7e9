package dev.weir.ports;

/** An invalid argument; the message explains it in one line, for the person who typed it. */
public final class PortException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public PortException(String message) {
    super(message);
  }
}

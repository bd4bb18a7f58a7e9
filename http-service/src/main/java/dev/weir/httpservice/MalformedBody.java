package dev.weir.httpservice;

/** A body that a service does not understand. The message never holds a part of the body. */
public final class MalformedBody extends Exception {
  public MalformedBody(String reason) {
    super(reason);
  }
}

package dev.weir.httpservice;

/** A request body that breaks the contract. The message never contains a part of the body. */
public final class MalformedBody extends Exception {
  public MalformedBody(String reason) {
    super(reason);
  }
}

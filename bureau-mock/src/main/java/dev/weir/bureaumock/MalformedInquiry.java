package dev.weir.bureaumock;

/** A body that asks nothing the bureau understands. The message never holds a part of the body. */
final class MalformedInquiry extends Exception {
  MalformedInquiry(String reason) {
    super(reason);
  }
}

package dev.weir.it.cards;

import dev.weir.embedded.CardStack;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A card stack in a process that can be killed. */
public final class CardStackRun {
  /** What it prints when the stack is up. */
  static final String READY = "ready";

  private CardStackRun() {}

  /**
   * @param arguments the stack's folder
   */
  public static void main(String[] arguments) throws InterruptedException {
    try (CardStack stack = CardStack.start(Path.of(arguments[0]), 0, 0)) {
      stack.connect().check();
      System.out.println(READY);
      new CountDownLatch(1).await();
    }
  }
}

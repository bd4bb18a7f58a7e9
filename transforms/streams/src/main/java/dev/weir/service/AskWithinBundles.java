package dev.weir.service;

import dev.weir.progress.QuestionMeter;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.joda.time.Instant;

/**
 * Asks about the elements of a bundle and waits for the last answers at its end. Earlier results
 * are emitted as they arrive, so a long bundle holds no more questions than the client does.
 */
final class AskWithinBundles<T, Q, A, R> extends DoFn<T, R> {
  private static final long serialVersionUID = 1L;

  private final AskService.Spec<T, Q, A, R> spec;
  private transient ServiceClient<Q, A> client;
  private transient BlockingQueue<Done<T, A>> done;
  private transient Outcomes outcomes;
  private transient int open;
  private transient QuestionMeter questions;

  /**
   * An element and the outcome of its question; the answer is null if asking threw an exception.
   */
  private record Done<T, A>(
      T element,
      Instant timestamp,
      BoundedWindow window,
      PaneInfo pane,
      Answer<A> answer,
      Throwable bug) {}

  AskWithinBundles(AskService.Spec<T, Q, A, R> spec) {
    this.spec = spec;
  }

  @Setup
  public void setup(PipelineOptions options) {
    questions = QuestionMeter.of(options.getOptionsId());
    client = SharedClients.borrow(spec.opener(), spec.policy());
  }

  @Teardown
  public void teardown() {
    if (client != null) {
      SharedClients.giveBack(spec.opener(), spec.policy());
      client = null;
    }
  }

  @StartBundle
  public void startBundle() {
    // A failed bundle may still receive answers, into its own queue.
    done = new LinkedBlockingQueue<>();
    outcomes = new Outcomes();
    open = 0;
  }

  @ProcessElement
  public void process(
      @Element T element,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      PaneInfo pane,
      OutputReceiver<R> out)
      throws InterruptedException {
    Q question = spec.question().apply(element);
    if (question == null) {
      out.output(spec.combiner().combine(element, null));
      return;
    }
    BlockingQueue<Done<T, A>> ofThisBundle = done;
    client
        .ask(question)
        .whenComplete(
            (answer, bug) ->
                ofThisBundle.add(new Done<>(element, timestamp, window, pane, answer, bug)));
    open++;
    for (Done<T, A> next = done.poll(); next != null; next = done.poll()) {
      out.builder(result(next))
          .setTimestamp(next.timestamp())
          .setWindow(next.window())
          .setPaneInfo(next.pane())
          .output();
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) throws InterruptedException {
    client.flush();
    while (open > 0) {
      Done<T, A> last = done.take();
      context.output(result(last), last.timestamp(), last.window());
    }
    outcomes.report();
  }

  /** Results are emitted while another element is current, whose timestamp may be later. */
  @Override
  @Deprecated
  public org.joda.time.Duration getAllowedTimestampSkew() {
    return org.joda.time.Duration.millis(Long.MAX_VALUE);
  }

  private R result(Done<T, A> next) {
    if (next.bug() != null) {
      throw new IllegalStateException("a service call failed unexpectedly", next.bug());
    }
    open--;
    outcomes.add(next.answer());
    questions.done();
    return spec.combiner().combine(next.element(), next.answer());
  }
}

package dev.weir.service;

import dev.weir.dedup.KeepFirst;
import dev.weir.sharding.Fork;
import java.util.Objects;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Asks a service about the first of the elements that share an id, with the results of {@link
 * KeepFirst} followed by {@link AskService}. Unbounded input passes through one keyed step for
 * both, in the shards of {@code KeepFirst}: elements travel between workers once instead of twice.
 *
 * @param <T> an element
 * @param <R> the result of an element and its answer
 */
public final class AskAboutFirst<T, R> extends PTransform<PCollection<T>, PCollection<R>> {
  private static final long serialVersionUID = 1L;

  private final KeepFirst<T> first;
  private final AskService<T, ?, ?, R> ask;

  private AskAboutFirst(KeepFirst<T> first, AskService<T, ?, ?, R> ask) {
    this.first = first;
    this.ask = ask;
  }

  /**
   * @param first which elements to ask about
   * @param ask how to ask about them; on unbounded input its shards are not used
   */
  public static <T, R> AskAboutFirst<T, R> of(KeepFirst<T> first, AskService<T, ?, ?, R> ask) {
    return new AskAboutFirst<>(Objects.requireNonNull(first), Objects.requireNonNull(ask));
  }

  @Override
  public PCollection<R> expand(PCollection<T> elements) {
    return Fork.of(
        elements,
        arriving ->
            arriving
                .apply("KeyByShard", first.shards())
                .apply(
                    "AskAboutFirstArrived",
                    ParDo.of(
                        new AskAboutFirstArrived<>(
                            first.arrivals(), ask.spec(), elements.getCoder())))
                .setCoder(ask.resultCoder()),
        complete -> complete.apply("KeepFirst", first).apply("AskService", ask));
  }
}

package dev.weir.savedstate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.values.PCollection;
import org.apache.flink.shaded.guava31.com.google.common.hash.Hashing;

/**
 * The names of a pipeline's keyed steps and the coders of their keys. A snapshot contains only a
 * hash of the name and the bytes of the key.
 */
public final class StepNames {
  private final Map<String, Step> byId = new HashMap<>();

  /** A keyed step. */
  record Step(String name, Coder<?> keys) {}

  private StepNames() {}

  /**
   * @param pipeline an assembled pipeline; it is never run
   */
  public static StepNames of(Pipeline pipeline) {
    StepNames names = new StepNames();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
            names.add(node);
            return CompositeBehavior.ENTER_TRANSFORM;
          }

          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            names.add(node);
          }
        });
    return names;
  }

  private void add(TransformHierarchy.Node node) {
    node.getInputs().values().stream()
        .filter(PCollection.class::isInstance)
        .map(input -> ((PCollection<?>) input).getCoder())
        .filter(KvCoder.class::isInstance)
        .findFirst()
        .ifPresent(
            coder ->
                byId.put(
                    idOf(node.getFullName()),
                    new Step(node.getFullName(), ((KvCoder<?, ?>) coder).getKeyCoder())));
  }

  /** Derives an operator's id from the name that Beam gives it, as Flink does. */
  private static String idOf(String name) {
    return Hashing.murmur3_128(0).hashString(name, UTF_8).toString();
  }

  /** Returns the names of all keyed steps. */
  public List<String> names() {
    return byId.values().stream().map(Step::name).sorted().toList();
  }

  /** Returns whether the step belongs to the pipeline. */
  public boolean has(SavedStep step) {
    return byId.containsKey(step.id());
  }

  Optional<Step> find(SavedStep step) {
    return Optional.ofNullable(byId.get(step.id()));
  }

  /** Returns the step's name, or its id if it does not belong to the pipeline. */
  public String nameOf(SavedStep step) {
    return find(step).map(Step::name).orElse(step.id());
  }
}

package dev.weir.savedstate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;

/** The coders of Weir's own pipelines, of which snapshots are full, pass the filter. */
class SnapshotClassesTest {
  private static final String TOPIC = "=kafka://localhost:9092/topic";

  @Test
  void theCodersOfLoanDecisionsAreRead() {
    assertRead(
        LoanDecisions.assembled(
            PipelineArguments.parse(
                LoanDecisionsOptions.class,
                List.of(
                    "--applications" + TOPIC,
                    "--decisions" + TOPIC,
                    "--deadLetters" + TOPIC,
                    "--bureau=http://localhost",
                    "--offline=true"))));
  }

  @Test
  void theCodersOfCardTransactionsAreRead() {
    assertRead(
        CardTransactions.assembled(
            PipelineArguments.parse(
                CardTransactionsOptions.class,
                List.of(
                    "--customers" + TOPIC,
                    "--transactions" + TOPIC,
                    "--enriched" + TOPIC,
                    "--pending" + TOPIC,
                    "--metrics" + TOPIC,
                    "--customerChanges" + TOPIC,
                    "--deadLetters" + TOPIC,
                    "--scoring=http://localhost",
                    "--offline=true"))));
  }

  @Test
  void theCodersOfMoneyEnrichmentAreRead() {
    assertRead(
        MoneyEnrichment.assembled(
            PipelineArguments.parse(
                MoneyEnrichmentOptions.class,
                List.of(
                    "--wallet" + TOPIC,
                    "--users" + TOPIC,
                    "--sessions" + TOPIC,
                    "--enriched" + TOPIC,
                    "--deadLetters" + TOPIC,
                    "--sessionService=http://localhost",
                    "--offline=true"))));
  }

  private static void assertRead(Pipeline pipeline) {
    Set<Coder<?>> coders = coders(pipeline);
    assertThat(coders.size(), is(greaterThan(3)));
    for (Coder<?> coder : coders) {
      byte[] serialized = SerializableUtils.serializeToByteArray(coder);
      Object read =
          UntrustedRead.of(
              loader -> SerializableUtils.deserializeFromByteArray(serialized, "a coder"));
      assertThat(read, is(coder));
    }
  }

  private static Set<Coder<?>> coders(Pipeline pipeline) {
    Set<Coder<?>> coders = new LinkedHashSet<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> parDo) {
              List<Coder<?>> ofState = ofState(parDo.getFn());
              coders.addAll(ofState);
              if (!ofState.isEmpty()) {
                node.getInputs().values().stream()
                    .filter(PCollection.class::isInstance)
                    .forEach(input -> coders.add(((PCollection<?>) input).getCoder()));
              }
            }
          }
        });
    return coders;
  }

  private static List<Coder<?>> ofState(DoFn<?, ?> function) {
    List<Coder<?>> coders = new ArrayList<>();
    for (DoFnSignature.StateDeclaration state :
        DoFnSignatures.getSignature(function.getClass()).stateDeclarations().values()) {
      Field field = state.field();
      field.setAccessible(true);
      try {
        ((StateSpec<?>) field.get(function)).match(new Collect(coders));
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
    coders.removeIf(Objects::isNull);
    return coders;
  }

  /** Collects the coders that a state was declared with. */
  private static final class Collect extends StateSpec.Cases.WithDefault<Void> {
    private final List<Coder<?>> coders;

    Collect(List<Coder<?>> coders) {
      this.coders = coders;
    }

    @Override
    protected Void dispatchDefault() {
      return null;
    }

    @Override
    public Void dispatchValue(Coder<?> values) {
      coders.add(values);
      return null;
    }

    @Override
    public Void dispatchBag(Coder<?> elements) {
      coders.add(elements);
      return null;
    }

    @Override
    public Void dispatchOrderedList(Coder<?> elements) {
      coders.add(elements);
      return null;
    }

    @Override
    public Void dispatchMap(Coder<?> keys, Coder<?> values) {
      coders.add(keys);
      coders.add(values);
      return null;
    }

    @Override
    public Void dispatchSet(Coder<?> elements) {
      coders.add(elements);
      return null;
    }
  }
}

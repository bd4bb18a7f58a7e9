package dev.weir.testing;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * Collects the outputs of a DoFn that a test calls directly.
 *
 * @param <T> an output
 */
public final class Receiver<T> implements OutputReceiver<T> {
  private final List<TimestampedValue<T>> outputs = new ArrayList<>();
  private Instant current = GlobalWindow.TIMESTAMP_MIN_VALUE;

  /** Sets the timestamp of the current element, which outputs get if the DoFn sets none. */
  public Receiver<T> at(Instant time) {
    current = time;
    return this;
  }

  public List<TimestampedValue<T>> outputs() {
    return outputs;
  }

  @Override
  public OutputBuilder<T> builder(T value) {
    return WindowedValues.<T>builder()
        .setValue(value)
        .setTimestamp(current)
        .setWindow(GlobalWindow.INSTANCE)
        .setPaneInfo(PaneInfo.NO_FIRING)
        .setReceiver(
            output -> outputs.add(TimestampedValue.of(output.getValue(), output.getTimestamp())));
  }
}

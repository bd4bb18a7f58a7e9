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
 * Takes what a DoFn outputs when it is called by hand.
 *
 * @param <T> an output
 */
public final class Receiver<T> implements OutputReceiver<T> {
  private final List<TimestampedValue<T>> outputs = new ArrayList<>();
  private Instant current = GlobalWindow.TIMESTAMP_MIN_VALUE;

  /** Outputs with the time of the element that is current, where the DoFn names none. */
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

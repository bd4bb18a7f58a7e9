package dev.weir.savedstate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.ordering.Page;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.apache.beam.runners.core.StateNamespaces.WindowNamespace;
import org.apache.beam.runners.core.TimerInternals.TimerData;
import org.apache.beam.runners.flink.translation.wrappers.streaming.FlinkKeyUtils;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature.TimerDeclaration;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;

/** Converts the entries of one step to lines of JSON. */
public final class StateLines {
  /** Beam's internal state for the timers of a step. */
  private static final String TIMERS = "pending-timers";

  private static final String END_OF_WINDOW = "__StatefulParDoGcTimerId";

  private final String step;
  private final Optional<Coder<?>> keys;

  public StateLines(StepNames names, SavedStep step) {
    this.step = names.nameOf(step);
    this.keys = names.find(step).map(StepNames.Step::keys);
  }

  /**
   * Returns the entry as one object, and a page of records as one for each record; a timer has
   * different fields. Empty for Beam's own end-of-window timer.
   */
  public Stream<ObjectNode> lines(SavedEntry entry) {
    if (entry.state().equals(TIMERS) && entry.value() instanceof TimerData timer) {
      return END_OF_WINDOW.equals(timer.getTimerId())
          ? Stream.empty()
          : Stream.of(line(entry, timer));
    }
    if (entry.value() instanceof Page page && entry.entry() instanceof String key) {
      String entity = Page.entity(key);
      return page.children() != 0
          ? Stream.empty()
          : page.records().entrySet().stream()
              .map(
                  record ->
                      line(
                          entry,
                          record
                              .getKey()
                              .replaceFirst("/", Matcher.quoteReplacement("/" + entity + "/")),
                          record.getValue()));
    }
    return Stream.of(line(entry, entry.entry(), entry.value()));
  }

  private ObjectNode line(SavedEntry entry, Object place, Object value) {
    ObjectNode line = ValueJson.object().put("step", step).put("state", entry.state());
    putKey(line, entry.key());
    if (entry.namespace() instanceof WindowNamespace<?> in
        && !GlobalWindow.INSTANCE.equals(in.getWindow())) {
      line.put("window", in.getWindow().toString());
    }
    if (place != null) {
      line.set("entry", ValueJson.of(place));
    }
    line.set("value", ValueJson.of(value));
    return line;
  }

  private ObjectNode line(SavedEntry entry, TimerData timer) {
    String id = timer.getTimerId();
    ObjectNode line =
        ValueJson.object()
            .put("step", step)
            .put(
                "timer",
                id.startsWith(TimerDeclaration.PREFIX)
                    ? id.substring(TimerDeclaration.PREFIX.length())
                    : id);
    putKey(line, entry.key());
    line.set("at", ValueJson.of(timer.getTimestamp()));
    return line.put("clock", timer.getDomain().name());
  }

  /** Weir's steps are keyed by shard, a number. */
  private void putKey(ObjectNode line, byte[] bytes) {
    Object key =
        keys.map(coder -> (Object) FlinkKeyUtils.decodeKey(ByteBuffer.wrap(bytes), coder))
            .orElse(null);
    if (key == null) {
      line.put("key", HexFormat.of().formatHex(bytes));
    } else {
      line.set(key instanceof Integer ? "shard" : "key", ValueJson.of(key));
    }
  }
}

package dev.weir.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/**
 * What came out of a collection, in the order of its coming, for a test to look at when the
 * pipeline is done. Works where pipeline and test share a process.
 *
 * @param <T> an element
 */
public final class Seen<T> {
  private static final Map<String, Queue<Sighting<?>>> SIGHTINGS = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();

  /**
   * An element with all that belongs to it.
   *
   * @param <T> an element
   */
  public record Sighting<T>(T value, Instant time, BoundedWindow window, PaneInfo pane) {}

  private Seen() {
    SIGHTINGS.put(id, new ConcurrentLinkedQueue<>());
  }

  /** Looks at all that a collection will hold. */
  public static <T> Seen<T> in(PCollection<T> collection) {
    Seen<T> seen = new Seen<>();
    collection.apply("Look " + seen.id, ParDo.of(new Look<>(seen.id)));
    return seen;
  }

  /** The elements with all that belongs to them. */
  @SuppressWarnings("unchecked") // only the Look at this collection adds here
  public List<Sighting<T>> sightings() {
    List<Sighting<T>> all = new ArrayList<>();
    SIGHTINGS.get(id).forEach(sighting -> all.add((Sighting<T>) sighting));
    return all;
  }

  /** The elements alone. */
  public List<T> values() {
    return sightings().stream().map(Sighting::value).toList();
  }

  private static final class Look<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1L;

    private final String id;

    Look(String id) {
      this.id = id;
    }

    @ProcessElement
    public void process(
        @Element T element, @Timestamp Instant time, BoundedWindow window, PaneInfo pane) {
      SIGHTINGS.get(id).add(new Sighting<>(element, time, window, pane));
    }
  }
}

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
 * Records the elements of a collection in order of arrival, for a test to inspect after the
 * pipeline has finished. Works only if the pipeline and the test share a process.
 *
 * @param <T> an element
 */
public final class Seen<T> {
  private static final Map<String, Queue<Sighting<?>>> SIGHTINGS = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();

  /**
   * An element with its timestamp, window and pane.
   *
   * @param <T> an element
   */
  public record Sighting<T>(T value, Instant time, BoundedWindow window, PaneInfo pane) {}

  private Seen() {
    SIGHTINGS.put(id, new ConcurrentLinkedQueue<>());
  }

  /** Records every element of a collection. */
  public static <T> Seen<T> in(PCollection<T> collection) {
    Seen<T> seen = new Seen<>();
    collection.apply("Look " + seen.id, ParDo.of(new Look<>(seen.id)));
    return seen;
  }

  /** The elements with their timestamps, windows and panes. */
  @SuppressWarnings("unchecked") // only the Look step of this collection adds elements here
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

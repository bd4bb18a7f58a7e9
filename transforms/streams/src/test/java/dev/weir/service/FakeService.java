package dev.weir.service;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service that answers by a script and records what it was asked. The correct answer to a
 * question is the number at its end.
 */
public final class FakeService implements ServiceCall<String, Integer> {
  private static final Map<String, FakeService> BY_ID = new ConcurrentHashMap<>();

  private final Script script;
  private final List<List<String>> requests = new CopyOnWriteArrayList<>();
  private final Queue<String> answering = new ConcurrentLinkedQueue<>();
  private final Map<String, Thread> askers = new ConcurrentHashMap<>();
  private final Set<Thread> busy = ConcurrentHashMap.newKeySet();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger maxInFlight = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  /** What the service does with a request. */
  @FunctionalInterface
  public interface Script {
    List<Answer<Integer>> answer(List<String> questions) throws IOException;
  }

  /** Finds the service again after serialization; equal if the service is the same. */
  private record Opener(String id) implements ServiceCall.Opener<String, Integer> {
    @Override
    public ServiceCall<String, Integer> open(ClientPolicy policy) {
      FakeService service = BY_ID.get(id);
      service.opened.incrementAndGet();
      return service;
    }
  }

  private FakeService(Script script) {
    this.script = script;
  }

  /** A service that always returns the correct answers. */
  public static FakeService answering() {
    return doing(FakeService::rightAnswers);
  }

  public static FakeService doing(Script script) {
    return new FakeService(script);
  }

  public static List<Answer<Integer>> rightAnswers(List<String> questions) {
    return questions.stream().map(question -> Answer.of(rightAnswer(question))).toList();
  }

  public static int rightAnswer(String question) {
    return Integer.parseInt(question.replaceAll("^.*\\D", ""));
  }

  /** The opener that a pipeline uses for the service. */
  public ServiceCall.Opener<String, Integer> opener() {
    String id = UUID.randomUUID().toString();
    BY_ID.put(id, this);
    return new Opener(id);
  }

  /** The requests so far, in the order in which they came. */
  public List<List<String>> requests() {
    return requests;
  }

  public List<Integer> requestSizes() {
    return requests.stream().map(List::size).toList();
  }

  /** All questions so far, in the order in which they came. */
  public List<String> questions() {
    return requests.stream().flatMap(List::stream).toList();
  }

  public int inFlight() {
    return inFlight.get();
  }

  /** Whether the question was answered and the thread that delivered the answer has continued. */
  public boolean isDoneWith(String question) {
    Thread asker = askers.get(question);
    return asker != null
        && !answering.contains(question)
        && (asker.getState() == Thread.State.WAITING || busy.contains(asker));
  }

  public int maxInFlight() {
    return maxInFlight.get();
  }

  public int opened() {
    return opened.get();
  }

  public int closed() {
    return closed.get();
  }

  @Override
  public List<Answer<Integer>> ask(List<String> questions) throws IOException {
    maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    requests.add(List.copyOf(questions));
    answering.addAll(questions);
    questions.forEach(question -> askers.put(question, Thread.currentThread()));
    busy.add(Thread.currentThread());
    try {
      return script.answer(questions);
    } finally {
      busy.remove(Thread.currentThread());
      questions.forEach(answering::remove);
      inFlight.decrementAndGet();
    }
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}

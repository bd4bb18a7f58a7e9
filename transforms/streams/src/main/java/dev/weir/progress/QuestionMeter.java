package dev.weir.progress;

/** Receives how many questions of a step are done; otherwise like {@link ReadMeter}. */
public final class QuestionMeter {
  private final ReadProgress progress;

  private QuestionMeter(ReadProgress progress) {
    this.progress = progress;
  }

  /**
   * @param run the id of the run; its questions are dropped if it is not open in this process
   */
  public static QuestionMeter of(long run) {
    return new QuestionMeter(ReadProgress.of(run));
  }

  /** A question was answered, or given up. */
  public void done() {
    if (progress != null) {
      progress.questionDone();
    }
  }
}

package dev.weir.deadletter;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line for each dead letter, for a job that publishes nothing. */
public final class LogDeadLetters extends PTransform<PCollection<DeadLetter>, PDone> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(LogDeadLetters.class);

  private LogDeadLetters() {}

  public static LogDeadLetters create() {
    return new LogDeadLetters();
  }

  @Override
  public PDone expand(PCollection<DeadLetter> letters) {
    letters.apply("Log", ParDo.of(new Log()));
    return PDone.in(letters.getPipeline());
  }

  private static final class Log extends DoFn<DeadLetter, Void> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element DeadLetter letter) {
      LOG.warn(
          "dead letter of {}: {}, {} ({} {})",
          letter.getStage(),
          letter.getReason(),
          letter.getDetail(),
          letter.getFile() == null ? letter.getTopic() : letter.getFile(),
          letter.getFile() == null ? letter.getOffset() : letter.getLine());
    }
  }
}

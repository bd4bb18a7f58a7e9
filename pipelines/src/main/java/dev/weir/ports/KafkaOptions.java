package dev.weir.ports;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** The arguments of every pipeline that writes to {@code kafka:} ports. */
public interface KafkaOptions extends PipelineOptions {
  @Description(
      "Bytes of the largest record written to a kafka: port (Kafka's max.request.size); the topic's"
          + " max.message.bytes has to allow it")
  @Default.Integer(1_048_576)
  int getMaxRequestSize();

  void setMaxRequestSize(int bytes);
}

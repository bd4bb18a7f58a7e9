package dev.weir.it.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.util.construction.PipelineTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;

/**
 * Everything in which an assembled pipeline leaves the process that assembled it, by its kind: what
 * Beam and Java serialize, and what Flink is sent.
 */
final class JobDump {
  private final Map<String, byte[]> parts = new TreeMap<>();

  private JobDump() {}

  /**
   * @param pipeline a pipeline for Flink; it is not usable afterwards
   */
  static Map<String, byte[]> of(Pipeline pipeline, PipelineOptions options) {
    JobDump dump = new JobDump();
    dump.parts.put("proto", PipelineTranslation.toProto(pipeline).toByteArray());
    dump.parts.put("options", new SerializablePipelineOptions(options).toString().getBytes(UTF_8));
    dump.parts.put("display-options", display(options));
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
            if (node.getTransform() != null) {
              dump.add(node.getFullName(), node.getTransform());
            }
            return CompositeBehavior.ENTER_TRANSFORM;
          }

          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            dump.add(node.getFullName(), node.getTransform());
          }

          @Override
          public void visitValue(PValue value, TransformHierarchy.Node producer) {
            if (value instanceof PCollection<?> collection) {
              dump.parts.put("coder of " + value.getName(), serialized(collection.getCoder()));
            }
          }
        });
    dump.parts.put("job-graph", serialized(jobGraph(pipeline, options)));
    return dump.parts;
  }

  private void add(String name, PTransform<?, ?> transform) {
    parts.put("display of " + name, DisplayData.from(transform).toString().getBytes(UTF_8));
    parts.put("transform " + name, serialized(transform));
    if (transform instanceof ParDo.MultiOutput<?, ?> parDo) {
      parts.put("function of " + name, serialized(parDo.getFn()));
    } else if (transform instanceof Read.Bounded<?> read) {
      parts.put("source of " + name, serialized(read.getSource()));
    } else if (transform instanceof Read.Unbounded<?> read) {
      parts.put("source of " + name, serialized(read.getSource()));
    }
  }

  private static byte[] display(PipelineOptions options) {
    return DisplayData.from(options).toString().getBytes(UTF_8);
  }

  /** Flink's graph, with all that Beam's runner puts into it. */
  private static Object jobGraph(Pipeline pipeline, PipelineOptions options) {
    try {
      Method graph = FlinkRunner.class.getDeclaredMethod("getJobGraph", Pipeline.class);
      graph.setAccessible(true);
      return graph.invoke(FlinkRunner.fromOptions(options), pipeline);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] serialized(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (NotSerializableException e) {
      // Some of Beam's own transforms, which no runner serializes; what was written counts.
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}

package dev.weir.peers;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.apache.flink.types.Row;

/** Writes rows as JSON objects; decimals and times are strings, timestamps always in UTC. */
final class JsonRows {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .withConfigOverride(
              BigDecimal.class,
              decimal -> decimal.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
          .addModule(
              new SimpleModule()
                  .addSerializer(Row.class, new ByName())
                  .addSerializer(LocalDateTime.class, new AsInstant())
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(LocalDate.class, ToStringSerializer.instance)
                  .addSerializer(LocalTime.class, ToStringSerializer.instance))
          .build();

  private JsonRows() {}

  static String write(Row row) throws JsonProcessingException {
    return JSON.writeValueAsString(row);
  }

  private static final class ByName extends JsonSerializer<Row> {
    @Override
    public void serialize(Row row, JsonGenerator json, SerializerProvider values)
        throws IOException {
      json.writeStartObject();
      for (String name : row.getFieldNames(true)) {
        values.defaultSerializeField(name, row.getField(name), json);
      }
      json.writeEndObject();
    }
  }

  private static final class AsInstant extends JsonSerializer<LocalDateTime> {
    @Override
    public void serialize(LocalDateTime time, JsonGenerator json, SerializerProvider values)
        throws IOException {
      json.writeString(time.toInstant(ZoneOffset.UTC).toString());
    }
  }
}

package dev.weir.iceberg.write;

import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;

/** Encodes equal records as equal bytes, whichever Avro form their values have. */
final class AvroRowWriter extends GenericDatumWriter<IndexedRecord> {

  AvroRowWriter(Schema schema) {
    super(schema, new SpecificData());
    getData().addLogicalTypeConversion(new Conversions.DecimalConversion());
    getData().addLogicalTypeConversion(new Conversions.UUIDConversion());
    getData().addLogicalTypeConversion(new TimeConversions.DateConversion());
    getData().addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
    getData().addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
    getData().addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    getData().addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    getData().addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
    getData().addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
  }

  @Override
  protected Iterable<Map.Entry<Object, Object>> getMapEntries(Object map) {
    Map<String, Map.Entry<Object, Object>> sorted = new TreeMap<>();
    super.getMapEntries(map).forEach(entry -> sorted.put(entry.getKey().toString(), entry));
    return sorted.values();
  }
}

package dev.gnomon.model.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file: where each tensor lies, and free text beside it.
 *
 * <p>The tensors fill the bytes behind the header without holes or overlaps; offsets count from the
 * header's end.
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {

  static final int LONGEST = 100_000_000; // the reference implementation's limit
  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** One tensor's place: bytes {@code from} to {@code to}. */
  record Entry(String name, HostTensor.Type type, long[] shape, long from, long to) {
    int bytes() {
      return (int) (to - from);
    }
  }

  /** What is wrong with a header; the reader adds the file. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String reason) {
      super(reason);
    }
  }

  /**
   * The header that describes {@code weights}. Wider elements lie first, so that every tensor is
   * aligned to its element size in a mapped file; the order of the names is that of the weights.
   */
  static SafetensorsHeader of(WeightSet weights, Map<String, String> metadata) {
    List<Map.Entry<String, HostTensor>> widestFirst = new ArrayList<>(weights.tensors().entrySet());
    widestFirst.sort(Comparator.comparingInt(tensor -> -tensor.getValue().type().bytes()));
    Map<String, Entry> placed = new LinkedHashMap<>();
    weights.names().forEach(name -> placed.put(name, null));
    long at = 0;
    for (var named : widestFirst) {
      HostTensor tensor = named.getValue();
      long end = at + tensor.data().remaining();
      placed.put(named.getKey(), new Entry(named.getKey(), tensor.type(), tensor.shape(), at, end));
      at = end;
    }
    if (placed.containsKey(METADATA)) {
      throw new IllegalArgumentException("a tensor can not be named " + METADATA);
    }
    return new SafetensorsHeader(List.copyOf(placed.values()), metadata);
  }

  /** Entries in the order of their bytes. */
  List<Entry> byOffset() {
    return entries.stream()
        .sorted(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to))
        .toList();
  }

  /** The header's bytes, padded with spaces so that the tensors start aligned. */
  byte[] encode() {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode text = root.putObject(METADATA);
      metadata.forEach(text::put);
    }
    for (Entry entry : entries) {
      ObjectNode node = root.putObject(entry.name());
      node.put("dtype", entry.type().name());
      ArrayNode shape = node.putArray("shape");
      Arrays.stream(entry.shape()).forEach(shape::add);
      node.putArray("data_offsets").add(entry.from()).add(entry.to());
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  /** Reads a header in front of {@code dataBytes} bytes of tensors, and checks all it claims. */
  static SafetensorsHeader decode(ByteBuffer bytes, long dataBytes) throws Malformed {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    JsonNode root = json(bytes);
    if (!root.isObject()) {
      throw new Malformed("the header is not a JSON object");
    }
    for (var field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        metadata.putAll(texts(field.getValue()));
      } else {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    SafetensorsHeader header =
        new SafetensorsHeader(
            Collections.unmodifiableList(entries), Collections.unmodifiableMap(metadata));
    header.requireNoHoles(dataBytes);
    return header;
  }

  private static JsonNode json(ByteBuffer bytes) throws Malformed {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (!text.startsWith("{")) { // the format's own rule: nothing before the object
        throw new Malformed("the header does not start with '{'");
      }
      return JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw new Malformed("the header is not UTF-8");
    } catch (JsonProcessingException e) {
      throw new Malformed("the header is not JSON: " + e.getOriginalMessage());
    }
  }

  private static Map<String, String> texts(JsonNode node) throws Malformed {
    Map<String, String> texts = new LinkedHashMap<>();
    if (!node.isObject()) {
      throw new Malformed(METADATA + " is not an object of texts");
    }
    for (var field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw new Malformed(METADATA + "." + field.getKey() + " is not a text");
      }
      texts.put(field.getKey(), field.getValue().textValue());
    }
    return texts;
  }

  private static Entry entry(String name, JsonNode node) throws Malformed {
    HostTensor.Type type = type(name, node.path("dtype").asText());
    long[] shape = naturals(name, "shape", node.path("shape"));
    long[] offsets = naturals(name, "data_offsets", node.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new Malformed("data_offsets of " + name + " are not [from, to] with from <= to");
    }
    long bytes = bytes(name, type, shape);
    if (offsets[1] - offsets[0] != bytes) {
      throw new Malformed(
          "%s of shape %s takes %d bytes as %s, its data_offsets %s hold %d"
              .formatted(
                  name,
                  Arrays.toString(shape),
                  bytes,
                  type,
                  Arrays.toString(offsets),
                  offsets[1] - offsets[0]));
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private static HostTensor.Type type(String name, String dtype) throws Malformed {
    if (dtype.equals("BOOL")) {
      return HostTensor.Type.U8;
    }
    for (HostTensor.Type type : HostTensor.Type.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw new Malformed(
        "dtype of %s is '%s'; read are %s and BOOL"
            .formatted(name, dtype, Arrays.toString(HostTensor.Type.values())));
  }

  private static long[] naturals(String name, String key, JsonNode node) throws Malformed {
    long[] values = new long[node.size()];
    boolean natural = node.isArray();
    for (int i = 0; natural && i < values.length; i++) {
      natural = node.get(i).isIntegralNumber() && node.get(i).canConvertToLong();
      values[i] = node.get(i).longValue();
      natural = natural && values[i] >= 0;
    }
    if (!natural) {
      throw new Malformed(key + " of " + name + " is not a list of natural numbers");
    }
    return values;
  }

  private static long bytes(String name, HostTensor.Type type, long[] shape) throws Malformed {
    long bytes = type.bytes();
    for (long extent : shape) {
      if (extent != 0 && bytes > Integer.MAX_VALUE / extent) {
        throw new Malformed(
            "%s of shape %s is over 2 GiB, the most a tensor can be here"
                .formatted(name, Arrays.toString(shape)));
      }
      bytes *= extent;
    }
    return bytes;
  }

  private void requireNoHoles(long dataBytes) throws Malformed {
    long at = 0;
    for (Entry entry : byOffset()) {
      if (entry.from() != at) {
        throw new Malformed(
            "%s starts at %d, %s the tensor before it, which ends at %d"
                .formatted(
                    entry.name(), entry.from(), entry.from() < at ? "inside" : "behind", at));
      }
      at = entry.to();
    }
    if (at != dataBytes) {
      throw new Malformed(
          "the header tells of %d bytes of tensors, the file holds %d".formatted(at, dataBytes));
    }
  }
}

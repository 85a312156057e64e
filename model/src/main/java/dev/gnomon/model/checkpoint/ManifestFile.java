package dev.gnomon.model.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The manifest as {@code manifest.json}. Its last member, {@code seal}, is the SHA-256 of the rest:
 * a manifest vouches for the weights, so it must vouch for itself.
 */
final class ManifestFile {
  static final String NAME = "manifest.json";
  private static final String SEAL = "seal";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new InstantText()))
          .build();

  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter PRETTY =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(LINES).withArrayIndenter(LINES));

  private ManifestFile() {}

  /** The file's bytes; equal manifests give equal bytes. */
  static byte[] encode(Manifest manifest) throws IOException {
    ObjectNode tree = JSON.valueToTree(manifest);
    byte[] sealed = WeightDigest.sha256().digest(JSON.writeValueAsBytes(tree));
    tree.put(SEAL, HexFormat.of().formatHex(sealed));
    return PRETTY.writeValueAsBytes(tree);
  }

  /** Reads the manifest of a checkpoint and checks its seal. */
  static Manifest read(Path checkpoint) throws CheckpointException {
    Path file = checkpoint.resolve(NAME);
    byte[] bytes = bytes(file);
    try {
      Manifest manifest = decode(file, JSON.readTree(bytes));
      if (!Arrays.equals(encode(manifest), bytes)) {
        throw new CheckpointException(file, "was changed after it was written: its seal is broken");
      }
      return manifest;
    } catch (CheckpointException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new CheckpointException(file, "is damaged: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(file, "is damaged: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) throws CheckpointException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "is missing", e);
    } catch (IOException e) {
      throw CheckpointException.unreadable(file, e);
    }
  }

  private static Manifest decode(Path file, JsonNode tree) throws IOException {
    JsonNode format = tree.path("format");
    if (format.isInt() && format.intValue() != Manifest.FORMAT) {
      throw new CheckpointException(
          file, "has format %s, this build reads %d".formatted(format, Manifest.FORMAT));
    }
    if (!(tree instanceof ObjectNode members) || members.remove(SEAL) == null) {
      throw new CheckpointException(file, "is damaged: it has no seal");
    }
    return JSON.treeToValue(members, Manifest.class);
  }

  private static final class InstantText extends StdDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantText() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getValueAsString("");
      try {
        return Instant.parse(text);
      } catch (DateTimeException e) {
        throw context.weirdStringException(text, Instant.class, "is not a time");
      }
    }
  }
}

package dev.gnomon.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.model.metrics.ClusterAgreement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** NMI and AMI (arithmetic means) and ARI against scikit-learn's. */
final class ClusteringComparison implements Comparison {

  private static final double TOLERANCE = 1e-12;

  @Override
  public List<Row> rows(Path file) throws IOException {
    String name = file.getFileName().toString();
    List<Row> rows = new ArrayList<>();
    JsonNode cases = new ObjectMapper().readTree(file.toFile()).path("cases");
    for (int i = 0; i < cases.size(); i++) {
      JsonNode one = cases.get(i);
      int[] labels = numbers(one.path("labels"));
      int[] clusters = numbers(one.path("clusters"));
      String quantity = "case %d: %d labels, ".formatted(i, labels.length);
      if (one.has("nmi")) {
        double off = Math.abs(ClusterAgreement.nmi(labels, clusters) - one.get("nmi").asDouble());
        rows.add(new Row(name, quantity + "NMI", off, TOLERANCE, ""));
      }
      if (one.has("ari")) {
        double off = Math.abs(ClusterAgreement.ari(labels, clusters) - one.get("ari").asDouble());
        rows.add(new Row(name, quantity + "ARI", off, TOLERANCE, ""));
      }
      if (one.has("ami")) {
        double off = Math.abs(ClusterAgreement.ami(labels, clusters) - one.get("ami").asDouble());
        rows.add(new Row(name, quantity + "AMI", off, TOLERANCE, ""));
      }
    }
    return rows;
  }

  private static int[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}

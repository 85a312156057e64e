package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.protocol.Role;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Holds {@code launch/kubernetes} to the schemas of Kubernetes' API, and to what a node needs.
 * Skipped where there is no kubectl, which lays its files over one another.
 */
class KubernetesTest {

  /** What a node takes to end at most: a last checkpoint and its leave, in {@link NodeCommand}. */
  private static final int ENDING_SECONDS = 60;

  private static final Path FILES = Path.of("kubernetes");

  private interface Schema {
    void check(JsonElement json) throws IOException;
  }

  private static final Map<String, Schema> SCHEMAS =
      Map.of(
          "v1 Service", V1Service::validateJsonElement,
          "v1 ConfigMap", V1ConfigMap::validateJsonElement,
          "v1 PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement,
          "apps/v1 StatefulSet", V1StatefulSet::validateJsonElement,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement,
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement);

  @TempDir private Path folder;

  /** All objects of a kustomization. */
  private List<JsonNode> objects(String kustomization) throws Exception {
    Path said = folder.resolve("objects.yaml");
    Process kubectl;
    try {
      kubectl =
          new ProcessBuilder("kubectl", "kustomize", FILES.resolve(kustomization).toString())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
    } catch (IOException absent) {
      assumeTrue(false, "kubectl is not there");
      throw absent;
    }
    assertThat(kubectl.waitFor()).as(Files.readString(said)).isZero();
    YAMLFactory yaml = new YAMLFactory();
    return new ObjectMapper(yaml)
        .readValues(yaml.createParser(said.toFile()), JsonNode.class)
        .readAll();
  }

  private static List<JsonNode> of(List<JsonNode> objects, String kind) {
    return objects.stream().filter(o -> o.path("kind").asText().equals(kind)).toList();
  }

  private static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode pod(JsonNode statefulSet) {
    return statefulSet.at("/spec/template/spec");
  }

  private static JsonNode container(JsonNode statefulSet) {
    return pod(statefulSet).at("/containers/0");
  }

  private static Set<String> names(JsonNode array) {
    return new TreeSet<>(each(array).map(o -> o.path("name").asText()).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/gpu-tls"})
  void everyObjectIsAsItsSchemaSays(String kustomization) throws Exception {
    List<JsonNode> objects = objects(kustomization);
    assertThat(objects).hasSizeGreaterThan(10);
    for (JsonNode object : objects) {
      String kind = object.path("apiVersion").asText() + " " + object.path("kind").asText();
      assertThat(SCHEMAS).containsKey(kind);
      SCHEMAS.get(kind).check(JsonParser.parseString(object.toString()));
    }
  }

  @Test
  void theCommandOfEachPodIsOneThatNodeTakes() throws Exception {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (JsonNode set : of(objects("overlays/gpu-tls"), "StatefulSet")) {
      List<String> arguments = arguments(set);
      CommandLine.ParseResult parsed =
          new CommandLine(new NodeCommand())
              .parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
      assertThat(arguments.get(0)).isEqualTo("node");
      for (String role : parsed.<List<String>>matchedOptionValue("--roles", List.of())) {
        roles.add(Role.of(role));
      }
      assertThat(String.join(" ", arguments)).doesNotContain("$(");
    }
    assertThat(roles).containsExactlyInAnyOrder(Role.values());
  }

  /** Those of the container, with the values of its environment in them. */
  private static List<String> arguments(JsonNode statefulSet) {
    List<String> arguments = new ArrayList<>();
    for (JsonNode argument : container(statefulSet).path("args")) {
      String text = argument.asText();
      for (JsonNode variable : container(statefulSet).path("env")) {
        String value =
            variable.has("value")
                ? variable.path("value").asText()
                : statefulSet.at("/metadata/name").asText() + "-0";
        text = text.replace("$(" + variable.path("name").asText() + ")", value);
      }
      arguments.add(text);
    }
    return arguments;
  }

  @Test
  void everySeedNodeIsAPodAndTheCoordinatorsIsTheFirst() throws Exception {
    List<JsonNode> sets = of(objects("base"), "StatefulSet");
    List<String> pods =
        sets.stream()
            .map(
                set ->
                    arguments(set).stream()
                        .filter(a -> a.startsWith("--host="))
                        .map(a -> a.substring("--host=".length()) + ":2551")
                        .findFirst()
                        .orElseThrow())
            .toList();
    for (JsonNode set : sets) {
      String seeds =
          arguments(set).stream()
              .filter(a -> a.startsWith("--seed-nodes="))
              .findFirst()
              .orElseThrow();
      assertThat(seeds.substring("--seed-nodes=".length()).split(","))
          .containsExactlyInAnyOrderElementsOf(pods)
          .startsWith("gnomon-coordinator-0.gnomon-coordinator:2551");
    }
  }

  @Test
  void eachGroupHasAServiceThatFindsItsPodsBeforeTheyAreReady() throws Exception {
    List<JsonNode> objects = objects("base");
    List<JsonNode> services = of(objects, "Service");
    for (JsonNode set : of(objects, "StatefulSet")) {
      JsonNode service =
          services.stream()
              .filter(s -> s.at("/metadata/name").equals(set.at("/spec/serviceName")))
              .findFirst()
              .orElseThrow();
      assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
      assertThat(service.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
      assertThat(service.at("/spec/selector")).isEqualTo(set.at("/spec/template/metadata/labels"));
      assertThat(service.at("/spec/selector")).isEqualTo(set.at("/spec/selector/matchLabels"));
    }
  }

  @Test
  void podsHaveTimeToEndAndWhatTheyMount() throws Exception {
    for (JsonNode set : of(objects("overlays/gpu-tls"), "StatefulSet")) {
      assertThat(pod(set).path("terminationGracePeriodSeconds").asInt())
          .isGreaterThanOrEqualTo(ENDING_SECONDS + 15);
      assertThat(names(container(set).path("volumeMounts")))
          .isEqualTo(names(pod(set).path("volumes")));
      assertThat(container(set).at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
      for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
        JsonNode get = container(set).path(probe).path("httpGet");
        assertThat(get.path("path").asText())
            .isEqualTo(probe.startsWith("r") ? "/ready" : "/alive");
        assertThat(names(container(set).path("ports"))).contains(get.path("port").asText());
      }
    }
  }

  @Test
  void whatComputesHasAGpuInTheOverlay() throws Exception {
    for (JsonNode set : of(objects("overlays/gpu-tls"), "StatefulSet")) {
      boolean computes = !set.at("/metadata/name").asText().endsWith("coordinator");
      assertThat(container(set).path("resources").path("limits").path("nvidia.com/gpu").asInt())
          .isEqualTo(computes ? 1 : 0);
      assertThat(arguments(set).stream().anyMatch(a -> a.endsWith(".device=gpu0")))
          .isEqualTo(computes);
      assertThat(arguments(set)).contains("--set=gnomon.transport=tls");
    }
  }

  /** Where it is installed in the image, it is here. */
  @Test
  void theConfigurationOfEachPodIsOneThatGnomonTakes() throws Exception {
    String text = Files.readString(FILES.resolve("base/gnomon.conf"));
    Path here = Path.of("..").toAbsolutePath().normalize();
    Path file =
        Files.writeString(
            folder.resolve("gnomon.conf"), text.replace("/opt/gnomon", here.toString()));
    for (JsonNode set : of(objects("base"), "StatefulSet")) {
      List<String> sets =
          arguments(set).stream()
              .filter(a -> a.startsWith("--set="))
              .map(a -> a.substring("--set=".length()))
              .toList();
      RunSettings settings = RunSettings.from(Configuration.load(List.of(file), sets));
      assertThat(settings.training().maxStaleness()).isEqualTo(15);
      assertThat(settings.http().port()).isEqualTo(8080);
    }
  }
}

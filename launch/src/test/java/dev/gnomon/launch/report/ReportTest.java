package dev.gnomon.launch.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  @Test
  void aReportIsOneFileThatLoadsNothing() throws IOException {
    String page = report(CannedRun.in(folder.resolve("shapes-1")));
    assertThat(Pattern.compile("(src|href)=\"(?!data:)").matcher(page).find()).isFalse();
    assertThat(page).doesNotContain("http://", "https://", "@import", "url(", "<script");
  }

  @Test
  void aReportShowsScoresCurvesGridsPrototypesAndConfiguration() throws IOException {
    String page = report(CannedRun.in(folder.resolve("shapes-1")));
    assertThat(page)
        .contains(
            "<title>Gnomon: shapes-1</title>",
            "FD (seeded-conv)",
            "<th>KID (seeded-conv)</th>",
            "flow-matching loss",
            "Samples over training",
            "step 2,400",
            "Codes and images",
            "config.resolved.conf",
            "prototypes=",
            "event=restart actor=teacher");
    assertThat(page.split("data:image/png;base64").length - 1).isEqualTo(7);
    assertThat(page.split("<polyline").length - 1).isEqualTo(9);
  }

  @Test
  void aMapOfFeaturesIsDrawnByCodeAndByLabelWhereThereAreLabels() throws IOException {
    Path run = CannedRun.in(folder.resolve("shapes-1"));
    Path table = run.resolve("samples/step-002400-features.tsv");
    String head = "# shares of the variance: 0.4000 0.2500\npc1\tpc2\tcode\tlabel\n";
    Files.writeString(table, head + "0\t0\t0\t1\n1\t2\t2\t0\n-1\t1\t2\t1\n");
    Files.writeString(run.resolve(RunRecord.LABEL_NAMES), "cat\n<dog>\n");
    assertThat(report(run))
        .contains(
            "3 real images by the middle block's features, coloured by code",
            "principal component 1, 40 % of the variance",
            "coloured by label",
            "</i>cat</span>",
            "</i>&lt;dog&gt;</span>");
    ReportPictures.write(run);
    for (String name : List.of("fd", "nmi", "features-by-code", "features-by-label")) {
      var picture = ImageIO.read(run.resolve("pictures/" + name + ".png").toFile());
      assertThat(picture.getWidth()).isGreaterThan(500);
    }
    assertThat(run.resolve("pictures/codes.png")).doesNotExist(); // there is no checkpoint
    Files.writeString(table, head + "0\t0\t0\t-1\n1\t2\t2\t-1\n");
    assertThat(report(run)).contains("coloured by code").doesNotContain("coloured by label");
    Files.writeString(table, head + "0\t0\t-1\t0\n1\t2\t-1\t1\n");
    assertThat(report(run))
        .contains("coloured by label")
        .doesNotContain("coloured by code", "of their code");
  }

  @Test
  void aRunThatHasOnlyBegunHasNoPlots() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("young"));
    ReportPictures.write(empty);
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void groupsHaveColoursOfTheirOwn() {
    for (int count : new int[] {1, 10, 30}) {
      assertThat(IntStream.range(0, count).mapToObj(group -> Colours.web(group, count)))
          .doesNotHaveDuplicates()
          .allMatch(colour -> colour.matches("#[0-9a-f]{6}"));
    }
  }

  @Test
  void whatARunWroteCanNotBecomeMarkup() throws IOException {
    assertThat(report(CannedRun.in(folder.resolve("a<b>"))))
        .doesNotContain("<script>", "<b>a", "a<b>")
        .contains("&lt;script&gt;");
  }

  @Test
  void aRunThatHasOnlyBegunHasAReportToo() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("young"));
    assertThat(report(empty)).contains("Gnomon: young").doesNotContain("NaN", "null");
    Files.writeString(empty.resolve("metrics.jsonl"), "{\"step\":1,\"loss\":2.0}\n");
    assertThat(report(empty)).contains("flow-matching loss").doesNotContain("NaN");
  }

  @Test
  void aLetterThatWasCutInTwoIsShownAsOneThatIsNotKnown() throws IOException {
    Path run = Files.createDirectories(folder.resolve("cut"));
    Files.write(run.resolve("metrics.jsonl"), new byte[] {'{', '"', (byte) 0xc3});
    byte[] cut = "event=process-ended cause=\"f\u00fcr".getBytes(StandardCharsets.UTF_8);
    Files.write(run.resolve("supervision.log"), Arrays.copyOf(cut, cut.length - 2));
    assertThat(report(run)).contains("process-ended");
  }

  @Test
  void thePageSaysWhichNmiIsHigher() throws IOException {
    Path run = folder.resolve("run");
    Files.createDirectories(run);
    Path metrics = run.resolve("metrics.jsonl");
    Files.writeString(metrics, scored(0.5, 0.4, 0.1));
    assertThat(report(run)).contains("The learned codes are higher than both.");
    Files.writeString(metrics, scored(0.3, 0.4, 0.1));
    assertThat(report(run)).contains("The untrained network's features are higher");
    Files.writeString(metrics, scored(0.05, 0.4, 0.1));
    assertThat(report(run)).contains("Both baselines are higher");
  }

  @Test
  void smallNumbersKeepTheirDigits() {
    assertThat(Html.significant(0.00893)).isEqualTo("0.0089");
    assertThat(Html.significant(-0.000057)).isEqualTo("-5.7e-05");
    assertThat(Html.significant(0)).isEqualTo("0.000");
    assertThat(Html.significant(0.0412)).isEqualTo("0.041");
    assertThat(Html.significant(1234.5)).isEqualTo("1,235");
  }

  @Test
  void ticksAreRoundAndHoldTheRange() {
    assertThat(Ticks.around(0, 2400, 6).values())
        .isEqualTo(List.of(0.0, 500.0, 1000.0, 1500.0, 2000.0, 2500.0));
    Ticks narrow = Ticks.around(0.81, 0.83, 5);
    assertThat(narrow.low()).isLessThanOrEqualTo(0.81);
    assertThat(narrow.high()).isGreaterThanOrEqualTo(0.83);
    assertThat(narrow.label(0.815)).isEqualTo("0.815");
    assertThat(Ticks.around(3, 3, 5).high()).isGreaterThan(3);
  }

  private static String scored(double nmi, double untrained, double colour) {
    return "{\"step\":400,\"event\":\"scored\",\"nmi\":%s,\"%s\":%s,\"%s\":%s}\n"
        .formatted(nmi, Findings.NMI_UNTRAINED, untrained, Findings.NMI_COLOUR, colour);
  }

  private static String report(Path run) throws IOException {
    return Files.readString(Report.write(run));
  }
}

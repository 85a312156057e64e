package dev.gnomon.launch.reproduce;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What becomes of a mode under other settings: a row each, and a picture. */
final class StudySection {

  private final ExperimentPlan plan;
  private final PageWriter page;
  private final Study study;

  /**
   * @param name of its runs
   * @param words in the table
   * @param mark below the picture
   */
  private record Row(String name, String words, String mark) {}

  StudySection(ExperimentPlan plan, PageWriter page, Study study) {
    this.plan = plan;
    this.page = page;
    this.study = study;
  }

  void write() throws IOException {
    page.line("### %s: %s with other %s".formatted(study.name(), study.mode(), study.what()));
    page.line("");
    study.question().ifPresent(question -> page.line(question + "\n"));
    page.line(
        "| %s | FD | IS | NMI, ARI of its codes | NMI, ARI of features |".formatted(study.what()));
    page.line("|---|---|---|---|---|");
    StudyPlot plot = new StudyPlot(study, plan.seeds());
    List<Job> jobs = new ArrayList<>();
    for (Row row : rows()) {
      Collection<ExperimentPlan.Run> runs = plan.runs(row.name()).values();
      List<Job> finals = page.finals(row.name());
      jobs.addAll(finals);
      plot.add(row.mark(), page.figure(finals, "fd"), page.nmiOfCodes(runs));
      page.line(
          "| %s | %s | %s | %s | %s |"
              .formatted(
                  row.words(),
                  page.figure(finals, "fd").shown(),
                  page.figure(finals, "is").shown(),
                  page.codes(runs),
                  page.pair(finals, "nmi", "ari")));
    }
    page.line("");
    page.line(page.finished(jobs.stream().distinct().toList()));
    if (plot.isDrawable()) {
      page.picture(study.name(), "FD and NMI of codes: " + study.name(), plot::write);
    }
    page.line("");
  }

  /** The mode itself is first, unless one of the variants is the same. */
  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    if (study.variants().stream().noneMatch(this::isMode)) {
      rows.add(new Row(study.mode(), "as above", study.mode()));
    }
    for (Study.Variant variant : study.variants()) {
      String mark = variant.name().substring(study.name().length() + 1);
      rows.add(new Row(variant.name(), variant.words(), mark));
    }
    return rows;
  }

  /** Whether a variant changes nothing, such as a value that the mode has anyway. */
  private boolean isMode(Study.Variant variant) {
    return page.finals(study.mode()).equals(page.finals(variant.name()));
  }
}

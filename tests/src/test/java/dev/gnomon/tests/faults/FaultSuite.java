package dev.gnomon.tests.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Faults that are tried one after another, as {@link FaultPlan} says; their table is printed. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultSuite {

  final FaultPlan plan = FaultPlan.ofProperties();
  private final FaultTable table = new FaultTable(plan.results());
  Path folder;
  Scenario scenario;

  /** All there are. */
  abstract List<Fault> all();

  @BeforeAll
  void begin(@TempDir Path place) {
    folder = place;
    scenario = new Scenario(folder);
  }

  @AfterAll
  void print() {
    System.out.println(table.markdown());
  }

  @TestFactory
  Stream<DynamicTest> faults() {
    return plan.select(all(), table).stream()
        .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> table.measure(fault)));
  }
}

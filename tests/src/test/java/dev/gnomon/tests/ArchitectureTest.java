package dev.gnomon.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rooms of the house and which way imports may run: launch, actors, then protocol and model.
 */
class ArchitectureTest {

  private static JavaClasses house;

  @BeforeAll
  static void read() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.gnomon");
  }

  @Test
  void theModelKnowsNeitherActorsNorMessages() {
    noClasses()
        .that()
        .resideInAPackage("dev.gnomon.model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.gnomon.protocol..",
            "dev.gnomon.actors..",
            "dev.gnomon.launch..",
            "akka..",
            "com.typesafe..")
        .check(house);
  }

  @Test
  void theProtocolKnowsNoNumerics() {
    noClasses()
        .that()
        .resideInAPackage("dev.gnomon.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.gnomon.model..", "dev.gnomon.actors..", "dev.gnomon.launch..", "ai.djl..")
        .check(house);
  }

  @Test
  void actorsKnowNoEngine() {
    noClasses()
        .that()
        .resideInAPackage("dev.gnomon.actors..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.gnomon.launch..", "ai.djl..")
        .check(house);
  }

  @Test
  void onlyTheEngineTouchesInternalsOfDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.gnomon.model.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl.pytorch..")
        .check(house);
  }

  @Test
  void policiesKnowNoActors() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Plan")
        .or()
        .haveSimpleNameEndingWith("Policy")
        .or()
        .haveSimpleNameEndingWith("Budget")
        .or()
        .haveSimpleName("Admission")
        .or()
        .haveSimpleName("Ledger")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage("akka..")
        .check(house);
  }
}

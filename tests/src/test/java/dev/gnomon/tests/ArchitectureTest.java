package dev.gnomon.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The rooms of the house and which way imports may run: launch, actors, then protocol and model.
 */
@AnalyzeClasses(packages = "dev.gnomon", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theModelKnowsNeitherActorsNorMessages =
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
              "com.typesafe..");

  @ArchTest
  static final ArchRule theProtocolKnowsNoNumerics =
      noClasses()
          .that()
          .resideInAPackage("dev.gnomon.protocol..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gnomon.model..", "dev.gnomon.actors..", "dev.gnomon.launch..", "ai.djl..");

  @ArchTest
  static final ArchRule actorsKnowNoEngine =
      noClasses()
          .that()
          .resideInAPackage("dev.gnomon.actors..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.gnomon.launch..", "ai.djl..");

  @ArchTest
  static final ArchRule onlyTheEngineTouchesInternalsOfDjl =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.gnomon.model.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule policiesKnowNoActors =
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
          .resideOutsideOfPackage("akka..");
}

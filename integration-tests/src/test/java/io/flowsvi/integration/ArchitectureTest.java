package io.flowsvi.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The import rules of the house. */
@AnalyzeClasses(packages = "io.flowsvi", importOptions = ArchitectureTest.MainCode.class)
class ArchitectureTest {
  /** Leaves out test classes, which reach this module as test-jars. */
  static final class MainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests") && !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule djlStaysInTheEagerEngine =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.flowsvi.ppl.tensor.eager..", "io.flowsvi.flows.net.djl..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule guiceStaysAtTheEdge =
      noClasses()
          .that()
          .resideOutsideOfPackages("..inject..", "io.flowsvi.models.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.google.inject..", "jakarta.inject..");

  @ArchTest
  static final ArchRule modulesPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("ppl")
          .definedBy("io.flowsvi.ppl..")
          .layer("flows")
          .definedBy("io.flowsvi.flows..")
          .layer("models")
          .definedBy("io.flowsvi.models..")
          .whereLayer("models")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("flows")
          .mayOnlyBeAccessedByLayers("models");

  @ArchTest
  static final ArchRule theCorePointsOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("tensor")
          .definedBy("io.flowsvi.ppl.tensor..")
          .layer("graph")
          .definedBy("io.flowsvi.ppl.graph")
          .layer("product")
          .definedBy("io.flowsvi.ppl.product..")
          .layer("pass")
          .definedBy("io.flowsvi.ppl.pass")
          .layer("script")
          .definedBy("io.flowsvi.ppl.script")
          .layer("compile")
          .definedBy("io.flowsvi.ppl.compile")
          .layer("transform")
          .definedBy("io.flowsvi.ppl.transform")
          .layer("dist")
          .definedBy("io.flowsvi.ppl.dist")
          .layer("model")
          .definedBy("io.flowsvi.ppl.model")
          .layer("inject")
          .definedBy("io.flowsvi.ppl.inject")
          .whereLayer("inject")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("compile")
          .mayOnlyBeAccessedByLayers("model", "inject")
          .whereLayer("script")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("pass")
          .mayOnlyBeAccessedByLayers("compile", "script")
          .whereLayer("product")
          .mayOnlyBeAccessedByLayers("tensor", "compile")
          .whereLayer("graph")
          .mayOnlyBeAccessedByLayers("product", "pass", "compile", "script", "model", "inject")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("inject")
          .whereLayer("dist")
          .mayOnlyBeAccessedByLayers("model", "inject")
          .whereLayer("transform")
          .mayOnlyBeAccessedByLayers("dist", "model", "inject");

  @ArchTest
  static final ArchRule packagesOfFlowsHaveNoCycles =
      slices().matching("io.flowsvi.flows.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flowsvi.models.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule noRandomnessOfTheJdk =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(java.util.Random.class, java.util.SplittableRandom.class)
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.concurrent.ThreadLocalRandom.class);

  @ArchTest
  static final ArchRule noEmptyNames =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..impl..", "..common..", "..helper..", "..base..")
          .orShould()
          .haveSimpleNameStartingWith("Abstract")
          .orShould()
          .haveSimpleNameEndingWith("Impl");

  @ArchTest
  static final ArchRule noJavaSerialisation =
      noClasses()
          .that()
          .areNotAssignableTo(Throwable.class)
          .and()
          .areNotEnums()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(java.io.ObjectInputStream.class, java.io.ObjectOutputStream.class);

  @ArchTest
  static final ArchRule topLevelClassesAreFinalOrInterfaces =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .doNotHaveFullyQualifiedName("io.flowsvi.ppl.tensor.PplException")
          .and()
          .haveSimpleNameNotContaining("package-info")
          .should()
          .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}

package dev.weir.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.POutput;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING.md and docs/ARCHITECTURE.md that a program can check. */
class ArchitectureTest {
  private static final Path ROOT = Path.of("..");
  private static final int MOST_FILES = 28;
  private static final JavaClasses WEIR =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.weir");

  private static final String[] STREAMS = {
    "dev.weir.record..", "dev.weir.encoding..", "dev.weir.deadletter..", "dev.weir.files..",
    "dev.weir.changelog..", "dev.weir.sharding..", "dev.weir.dedup..", "dev.weir.ordering..",
    "dev.weir.service..", "dev.weir.progress.."
  };
  private static final String[] DOMAINS = {
    "dev.weir.loan..", "dev.weir.bureau..", "dev.weir.cdc..", "dev.weir.card..",
    "dev.weir.scoring..", "dev.weir.spend..", "dev.weir.money..", "dev.weir.session.."
  };
  private static final String[] SERVICES = {
    "dev.weir.httpservice..",
    "dev.weir.bureaumock..",
    "dev.weir.scoringservice..",
    "dev.weir.sessionservice.."
  };

  @Test
  void dependenciesGoOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("streams")
        .definedBy(STREAMS)
        .layer("kafka")
        .definedBy("dev.weir.kafka..")
        .layer("iceberg")
        .definedBy("dev.weir.iceberg..")
        .layer("lending")
        .definedBy("dev.weir.loan..", "dev.weir.bureau..")
        .layer("cards")
        .definedBy("dev.weir.cdc..", "dev.weir.card..", "dev.weir.scoring..", "dev.weir.spend..")
        .layer("wallet")
        .definedBy("dev.weir.money..", "dev.weir.session..")
        .layer("pipelines")
        .definedBy(
            "dev.weir.loandecisions..",
            "dev.weir.cardtransactions..",
            "dev.weir.moneyenrichment..",
            "dev.weir.ports..",
            "dev.weir.needs..",
            "dev.weir.verify..")
        .layer("runners")
        .definedBy("dev.weir.local..", "dev.weir.savedstate..", "dev.weir.folders..")
        .layer("services")
        .definedBy(SERVICES)
        .layer("testbed")
        .definedBy(
            "dev.weir.embedded..",
            "dev.weir.generate..",
            "dev.weir.demo..",
            "dev.weir.outbox..",
            "dev.weir.postgres..",
            "dev.weir.testbed..")
        .whereLayer("streams")
        .mayNotAccessAnyLayer()
        .whereLayer("kafka")
        .mayOnlyAccessLayers("streams")
        .whereLayer("iceberg")
        .mayOnlyAccessLayers("streams")
        .whereLayer("lending")
        .mayOnlyAccessLayers("streams")
        .whereLayer("cards")
        .mayOnlyAccessLayers("streams")
        .whereLayer("wallet")
        .mayOnlyAccessLayers("streams")
        .whereLayer("pipelines")
        .mayOnlyAccessLayers("streams", "kafka", "iceberg", "lending", "cards", "wallet")
        .whereLayer("runners")
        .mayOnlyAccessLayers(
            "streams", "kafka", "iceberg", "lending", "cards", "wallet", "pipelines")
        .whereLayer("services")
        .mayNotAccessAnyLayer()
        .whereLayer("testbed")
        .mayNotBeAccessedByAnyLayer()
        .check(WEIR);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.weir.(**)").should().beFreeOfCycles().check(WEIR);
  }

  @Test
  void noPackageIsTooLarge() throws IOException {
    Map<String, Long> files;
    try (Stream<Path> all = Files.walk(ROOT)) {
      files =
          all.filter(
                  file ->
                      file.toString().endsWith(".java")
                          && file.toString().contains("/src/")
                          && !file.endsWith("package-info.java"))
              .collect(
                  Collectors.groupingBy(
                      file -> ROOT.relativize(file.getParent()).toString(),
                      TreeMap::new,
                      Collectors.counting()));
    }

    assertThat(files.keySet(), hasSize(greaterThan(50)));
    files.values().removeIf(count -> count <= MOST_FILES);
    assertThat(files, is(anEmptyMap()));
  }

  @Test
  void everyPackageExplainsItself() throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      assertThat(
          all.filter(folder -> folder.toString().contains("/src/main/java/dev/weir/"))
              .filter(ArchitectureTest::hasClasses)
              // A second part of a package of streams.
              .filter(folder -> !folder.toString().contains("/streams-test/"))
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .toList(),
          is(empty()));
    }
  }

  private static boolean hasClasses(Path folder) {
    try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      return files.anyMatch(file -> file.toString().endsWith(".java"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void classNamesDescribeTheClass() {
    noClasses().should().haveNameMatching(".*(Transform|Manager|Helper|Utils?|Common)").check(WEIR);
    noClasses()
        .should()
        .resideInAnyPackage("..utils..", "..common..", "..helpers..", "..fns..")
        .check(WEIR);
  }

  @Test
  void transformsAreFinalAndStandOnTheirOwn() {
    classes()
        .that()
        .areAssignableTo(PTransform.class)
        .should()
        .haveModifier(JavaModifier.FINAL)
        .andShould()
        .beAssignableTo(
            describe(
                "a direct subclass of PTransform",
                type ->
                    type.getRawSuperclass()
                        .filter(parent -> parent.isEquivalentTo(PTransform.class))
                        .isPresent()))
        .check(WEIR);
  }

  @Test
  void doFnsAreNotPartOfTheInterface() {
    classes()
        .that()
        .areAssignableTo(DoFn.class)
        .should()
        .notBePublic()
        .andShould(new StaticIfNested())
        .check(WEIR);
  }

  /** Parsers, rules and panes use nothing of Beam except the coder of their records. */
  @Test
  void domainLogicDoesNotDependOnBeam() {
    noClasses()
        .that()
        .resideInAnyPackage(DOMAINS)
        .and(describe("run no Beam", type -> !runsBeam(type)))
        .and()
        // Keeps panes in Beam's state, behind an interface that the panes use.
        .doNotHaveFullyQualifiedName("dev.weir.spend.StateStore")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.apache.beam..")
                .and(not(resideInAPackage("org.apache.beam.sdk.coders.."))))
        .check(WEIR);
  }

  private static boolean runsBeam(JavaClass type) {
    return Stream.of(
                PTransform.class,
                DoFn.class,
                Coder.class,
                POutput.class,
                SerializableFunction.class)
            .anyMatch(base -> assignableTo(base).test(type))
        // Sends outcomes to the outputs of a DoFn.
        || type.isAssignableTo("dev.weir.cdc.Routes")
        || type.getEnclosingClass().filter(ArchitectureTest::runsBeam).isPresent();
  }

  @Test
  void noTransformReadsTheClock() {
    noClasses()
        .that()
        .resideInAnyPackage(STREAMS)
        .or()
        .resideInAnyPackage(DOMAINS)
        .or()
        .resideInAPackage("dev.weir.kafka..")
        .and()
        // A server's Retry-After may be a date; it delays a retry and changes no result.
        .doNotHaveFullyQualifiedName("dev.weir.service.JsonAnswer")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(org.joda.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .check(WEIR);
  }
}

package io.howdah.testkit.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Arrows point one way (docs/architecture.md); the kernel decides and never acts. */
final class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.howdah");

    @Test
    void kernelKnowsNoOtherModuleAndNoOutsideWorld() {
        noClasses()
                .that()
                .resideInAPackage("io.howdah.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.howdah.postgres..",
                        "io.howdah.gateway..",
                        "io.howdah.server..",
                        "io.howdah.cli..",
                        "java.net..",
                        "java.nio..",
                        "java.io..",
                        "java.sql..",
                        "io.netty..")
                .check(PRODUCT);
    }

    @Test
    void kernelReadsNoClockAndStartsNoThread() {
        noClasses()
                .that()
                .resideInAPackage("io.howdah.kernel..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(PRODUCT);
    }

    @Test
    void postgresDoesNotKnowWhoUsesIt() {
        noClasses()
                .that()
                .resideInAPackage("io.howdah.postgres..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.howdah.gateway..", "io.howdah.server..", "io.howdah.cli..")
                .check(PRODUCT);
    }

    @Test
    void gatewayKnowsNeitherServerNorHttpNorJson() {
        noClasses()
                .that()
                .resideInAPackage("io.howdah.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.howdah.server..", "io.howdah.cli..", "io.helidon..", "tools.jackson..")
                .check(PRODUCT);
    }

    @Test
    void commandLineKnowsTheInterfaceNotTheServer() {
        noClasses()
                .that()
                .resideInAPackage("io.howdah.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.howdah.server..", "io.howdah.gateway..", "io.howdah.postgres..")
                .check(PRODUCT);
    }

    @Test
    void onlyAssemblySeesSiblingProcesses() {
        noClasses()
                .that()
                .resideInAnyPackage("io.howdah.server.node..", "io.howdah.server.peer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.howdah.server.admin..",
                        "io.howdah.server.provision..",
                        "io.howdah.server.topology..",
                        "io.howdah.server.gateway..",
                        "io.howdah.server.assembly..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAnyPackage("io.howdah.server.admin..", "io.howdah.server.provision..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.howdah.server.node..", "io.howdah.server.gateway..", "io.howdah.server.assembly..")
                .check(PRODUCT);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.howdah.(*).(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void everyPackageSaysWhatItIsAndForbidsNull() {
        classes()
                .that()
                .resideInAPackage("io.howdah..")
                .and()
                .areTopLevelClasses()
                .should(new InNullMarkedPackage())
                .check(PRODUCT);
    }
}

package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a person reads of PostgreSQL's many words. */
class ConfigurationCheckTest {
    @Test
    void aWrongValueIsNamedWithoutTheFileThatNobodyWrote() {
        assertThat(ConfigurationCheck.complaint("""
                        2026-11-21 16:46:17.823 UTC [497] LOG:  invalid value for parameter "work_mem": "plenty"
                        2026-11-21 16:46:17.823 UTC [497] HINT:  Valid units for this parameter are "B", "kB", "MB".
                        2026-11-21 16:46:17.826 UTC [497] FATAL:  configuration file "/d/c" contains errors
                        """))
                .isEqualTo(
                        "invalid value for parameter \"work_mem\": \"plenty\"; Valid units for this parameter are \"B\", \"kB\", \"MB\".");
    }

    @Test
    void anUnknownNameIsNamed() {
        assertThat(ConfigurationCheck.complaint("""
                        LOG:  unrecognized configuration parameter "work_memory" in file "/d/c" line 3
                        FATAL:  configuration file "/d/c" contains errors
                        """)).isEqualTo("unrecognized configuration parameter \"work_memory\"");
    }

    @Test
    void whatIsFatalCountsMoreThanWhatIsLogged() {
        assertThat(ConfigurationCheck.complaint("""
                        LOG:  starting PostgreSQL 15
                        FATAL:  could not load server certificate file "server.crt": No such file or directory
                        LOG:  database system is shut down
                        """))
                .isEqualTo("could not load server certificate file \"server.crt\": No such file or directory");
    }
}

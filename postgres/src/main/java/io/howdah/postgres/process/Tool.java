package io.howdah.postgres.process;

/** The programs of a PostgreSQL installation that Howdah can use. Only the first two are indispensable. */
public enum Tool {
    POSTGRES("postgres"),
    INITDB("initdb"),
    PG_CTL("pg_ctl"),
    PG_REWIND("pg_rewind"),
    PG_CONTROLDATA("pg_controldata"),
    PG_DUMP("pg_dump"),
    PSQL("psql");

    private final String fileName;

    Tool(String fileName) {
        this.fileName = fileName;
    }

    public String fileName() {
        return fileName;
    }
}

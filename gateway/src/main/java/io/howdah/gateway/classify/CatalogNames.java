package io.howdah.gateway.classify;

import io.howdah.postgres.client.Row;
import java.util.List;
import java.util.function.Function;

/**
 * Makes a {@link NameTable} of the system catalogs. A function is harmless when all functions of its name are stable or immutable, or
 * volatile only in a way that does not matter; a view is when its definition is a read by the classifier's own judgment.
 */
final class CatalogNames {
    /** Volatile, but as good on a replica as on the primary. */
    private static final String HARMLESS = "{random,clock_timestamp,timeofday,gen_random_uuid,pg_sleep,pg_sleep_for,"
            + "pg_sleep_until,pg_jit_available,pg_collation_actual_version,pg_relation_size,pg_table_size,"
            + "pg_total_relation_size,pg_indexes_size,pg_partition_tree,pg_partition_ancestors,bernoulli,system}";

    /** Stable within a statement, but about one server, one connection, or fails on a replica. */
    private static final String ABOUT_ONE_SERVER = "{txid_current,txid_current_if_assigned,txid_current_snapshot,"
            + "pg_current_xact_id,pg_current_xact_id_if_assigned,pg_current_snapshot,pg_backend_pid,"
            + "pg_listening_channels,pg_cursor,pg_prepared_statement,pg_show_all_settings,"
            + "current_setting,inet_server_addr,inet_server_port,inet_client_addr,inet_client_port,"
            + "pg_postmaster_start_time,pg_conf_load_time,pg_get_replication_slots}";

    /** The support functions of an aggregate count, its own volatility says nothing. */
    private static final String FUNCTIONS = """
            select p.proname as name,
                   bool_or(
                     (p.provolatile = 'v'
                        or exists (select from pg_catalog.pg_proc s
                                    where s.oid in (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggmfinalfn)
                                      and s.provolatile = 'v')
                        or (p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                              and (p.proname = any ('%s'::pg_catalog.name[]) or p.proname like 'pg\\_stat\\_%%')))
                     and not (p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                                and p.proname = any ('%s'::pg_catalog.name[]))) as primary
              from pg_catalog.pg_proc p left join pg_catalog.pg_aggregate a on a.aggfnoid = p.oid
             group by p.proname""".formatted(ABOUT_ONE_SERVER, HARMLESS);

    /** Unlogged tables are empty on replicas, sequences run ahead there, foreign tables are somewhere else altogether. */
    private static final String RELATIONS = """
            select relname as name from pg_catalog.pg_class where relpersistence = 'u' or relkind in ('f', 'S')
             union
            select p.proname from pg_catalog.pg_proc p
              join pg_catalog.pg_type t on t.oid = p.proargtypes[0] and t.typtype in ('c', 'p')
             where p.provolatile = 'v' and p.pronargs > 0 and p.pronargs - p.pronargdefaults <= 1
               and p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace""";

    /** What is executed when these names are used. */
    private static final String DEFINITIONS = """
            select relname as name, pg_catalog.pg_get_viewdef(oid) as definition
              from pg_catalog.pg_class where relkind = 'v'
             union all
            select c.relname, 'select (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')'
              from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid where p.polqual is not null
             union all
            select t.typname, 'select (' || pg_catalog.pg_get_expr(c.conbin, 0) || ')'
              from pg_catalog.pg_constraint c join pg_catalog.pg_type t on t.oid = c.contypid where c.conbin is not null""";

    private static final String OPERATORS = """
            select o.oprname as name from pg_catalog.pg_operator o join pg_catalog.pg_proc p on p.oid = o.oprcode
             where p.provolatile = 'v'""";

    /** Casts need not be written in a statement to take place. The functions that read and write a type's texts are trusted. */
    private static final String VOLATILE_CASTS = """
            select exists (select from pg_catalog.pg_cast c join pg_catalog.pg_proc p on p.oid = c.castfunc
                            where p.provolatile = 'v') as found""";

    private CatalogNames() {}

    /** @param query asks a server of the database */
    static NameTable read(Function<String, List<Row>> query) {
        NameTable.Builder names = NameTable.builder();
        for (Row row : query.apply(FUNCTIONS)) {
            if (row.flag("primary")) {
                names.primaryFunction(row.text("name"));
            } else {
                names.harmlessFunction(row.text("name"));
            }
        }
        query.apply(RELATIONS).forEach(row -> names.primaryRelation(row.text("name")));
        query.apply(OPERATORS).forEach(row -> names.volatileOperator(row.text("name")));
        Definitions definitions = new Definitions();
        for (Row row : query.apply(DEFINITIONS)) {
            definitions.add(row.text("name"), row.find("definition").orElse(""));
        }
        if (!query.apply(VOLATILE_CASTS).getFirst().flag("found")) {
            names.complete();
        }
        definitions.judge(names);
        return names.build();
    }
}

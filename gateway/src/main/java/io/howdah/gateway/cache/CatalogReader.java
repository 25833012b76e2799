package io.howdah.gateway.cache;

import io.howdah.gateway.cache.Catalog.Contents;
import io.howdah.gateway.classify.Definitions;
import io.howdah.gateway.classify.NameTable;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.wal.RelationFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes a {@link Catalog} of the system catalogs. When in doubt a name is one whose statements are not cached: names of all schemas
 * count together, as in {@link NameTable}.
 */
final class CatalogReader {
    /** Stable functions of PostgreSQL whose answers depend on their arguments and on settings that the key contains, on nothing else. */
    private static final String BY_SETTINGS_ONLY = "{anytextcat,array_to_json,array_to_string,concat,concat_ws,convert,"
            + "convert_from,convert_to,date,date_part,date_trunc,extract,format,generate_series,in_range,"
            + "interval_pl_timestamptz,json_agg,json_agg_transfn,json_build_array,json_build_object,json_object_agg,"
            + "json_object_agg_transfn,json_populate_record,json_populate_recordset,json_to_record,json_to_recordset,"
            + "json_to_tsvector,jsonb_agg,jsonb_agg_finalfn,jsonb_agg_transfn,jsonb_build_array,jsonb_build_object,"
            + "jsonb_object_agg,jsonb_object_agg_finalfn,jsonb_object_agg_transfn,jsonb_populate_record,"
            + "jsonb_populate_recordset,jsonb_to_record,jsonb_to_recordset,jsonb_to_tsvector,length,make_timestamptz,"
            + "money,numeric,overlaps,phraseto_tsquery,plainto_tsquery,quote_literal,quote_nullable,row_to_json,"
            + "textanycat,time,timestamp,timestamptz,timestamptz_mi_interval,timestamptz_pl_interval,timetz,timezone,"
            + "to_char,to_date,to_json,to_jsonb,to_number,to_timestamp,to_tsquery,to_tsvector,websearch_to_tsquery}";

    /** Words that are answered by the clock, by who the session is, or by where a row lies at the moment. */
    private static final List<String> SPECIAL_WORDS = List.of(
            "current_timestamp",
            "current_date",
            "current_time",
            "localtime",
            "localtimestamp",
            "current_user",
            "session_user",
            "user",
            "current_role",
            "current_catalog",
            "current_schema",
            "system_user",
            "tablesample",
            "xmax",
            "cmax",
            "information_schema");

    /** Rows of these system catalogs change often and mean nothing for answers: statistics, and large objects. */
    private static final Set<Integer> IRRELEVANT_CATALOGS = Set.of(2619, 3429, 2613);

    private static final String DATABASE =
            "select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()";

    private static final String FUNCTIONS = """
            with judged as (
              select p.oid, p.proname,
                     p.provolatile = 'i' or (p.provolatile = 's'
                       and p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                       and p.proname = any ('%s'::pg_catalog.name[])) as fit
                from pg_catalog.pg_proc p),
            spoiled as (
              select distinct a.aggfnoid::pg_catalog.oid as oid
                from judged s join pg_catalog.pg_aggregate a
                  on s.oid in (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggmfinalfn)
               where not s.fit)
            select j.proname as name, bool_and(j.fit and s.oid is null) as fit
              from judged j left join spoiled s on s.oid = j.oid
             group by j.proname""".formatted(BY_SETTINGS_ONLY);

    /** Operators, casts and functions of rows need no parenthesis; PostgreSQL's own are harmless. */
    private static final String OPERATORS = """
            select o.oprname as name from pg_catalog.pg_operator o join pg_catalog.pg_proc p on p.oid = o.oprcode
             where p.provolatile <> 'i' and p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace""";

    private static final String CASTS = """
            select exists (select from pg_catalog.pg_cast c join pg_catalog.pg_proc p on p.oid = c.castfunc
                            where p.provolatile = 'v' or (p.provolatile = 's'
                              and p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace)) as found""";

    private static final String ROW_FUNCTIONS = """
            select p.proname as name from pg_catalog.pg_proc p
              join pg_catalog.pg_type t on t.oid = p.proargtypes[0] and t.typtype in ('c', 'p')
             where p.provolatile <> 'i' and p.pronargs > 0 and p.pronargs - p.pronargdefaults <= 1
               and p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace""";

    private static final String DEFINITIONS = """
            select relname as name, pg_catalog.pg_get_viewdef(oid) as definition
              from pg_catalog.pg_class where relkind = 'v'
               and relnamespace <> all ('{pg_catalog,information_schema}'::pg_catalog.regnamespace[])
             union all
            select t.typname, 'select (' || pg_catalog.pg_get_expr(c.conbin, 0) || ')'
              from pg_catalog.pg_constraint c join pg_catalog.pg_type t on t.oid = c.contypid where c.conbin is not null""";

    /** Temporary tables of others are nobody else's business; whoever has one of its own does not use the cache. */
    private static final String RELATIONS = """
            select c.oid, c.relname as name, n.nspname as schema, c.relkind as kind,
                   n.nspname in ('pg_catalog', 'pg_toast') as system, n.nspname = 'information_schema' as standard,
                   c.relkind in ('r', 'p', 'm', 'v') and c.relpersistence = 'p' and not c.relrowsecurity as fit,
                   coalesce(pg_catalog.pg_relation_filenode(c.oid), 0) as file,
                   case when c.relisshared then 0 else d.oid end as database,
                   case when c.reltablespace = 0 then d.dattablespace else c.reltablespace end as tablespace
              from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              join pg_catalog.pg_database d on d.datname = pg_catalog.current_database()
             where c.relkind in ('r', 'p', 'm', 'v', 'f', 'S', 't') and c.relpersistence <> 't'""";

    /** Partitions, descendants, and what views are made of. */
    private static final String PARTS = """
            select inhparent as whole, inhrelid as part from pg_catalog.pg_inherits
             union
            select r.ev_class, d.refobjid from pg_catalog.pg_rewrite r
              join pg_catalog.pg_class c on c.oid = r.ev_class and c.relkind = 'v'
              join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
               and d.objid = r.oid and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
             where d.refobjid <> r.ev_class""";

    /** Only then can the standard's views be named without their schema by a client that has not said so itself. */
    private static final String STANDARD_IN_PATH = """
            select exists (select from pg_catalog.pg_db_role_setting
                            where setconfig::text like '%information_schema%') as found""";

    private record Relation(
            int id, String name, String title, String kind, boolean system, boolean standard, boolean fit) {
        boolean hasRows() {
            return kind.equals("r") || kind.equals("m");
        }
    }

    private final Function<String, List<Row>> query;
    private final Map<Integer, Relation> relations = new HashMap<>();
    private final Map<Integer, Set<Integer>> parts = new HashMap<>();
    private final Map<RelationFile, Contents> files = new HashMap<>();

    private CatalogReader(Function<String, List<Row>> query) {
        this.query = query;
    }

    /** @param query asks a server of the database */
    static Catalog read(Function<String, List<Row>> query) {
        return new CatalogReader(query).read();
    }

    private Catalog read() {
        query.apply(RELATIONS).forEach(this::relation);
        for (Row row : query.apply(PARTS)) {
            parts.computeIfAbsent(id(row, "whole"), _ -> new HashSet<>()).add(id(row, "part"));
        }
        boolean standardInPath = query.apply(STANDARD_IN_PATH).getFirst().flag("found");
        NameTable.Builder names = names();
        Map<String, Set<Integer>> tables = new HashMap<>();
        Map<Integer, String> titles = new HashMap<>();
        for (Relation relation : relations.values()) {
            if (relation.standard && !standardInPath) {
                continue;
            }
            Set<Integer> beneath = new HashSet<>();
            if (isFit(relation.id, beneath, new HashSet<>())) {
                tables.computeIfAbsent(relation.name, _ -> new HashSet<>()).addAll(beneath);
            } else if (!relation.kind.equals("t")) {
                names.primaryRelation(relation.name);
            }
            titles.put(relation.id, relation.title);
        }
        Definitions definitions = new Definitions();
        for (Row row : query.apply(DEFINITIONS)) {
            String text = row.find("definition").orElse("");
            if (Literals.mayBeTimes(text)) {
                names.primaryRelation(row.text("name"));
            }
            definitions.add(row.text("name"), text);
        }
        definitions.judge(names);
        return new Catalog(id(query.apply(DATABASE).getFirst(), "oid"), names.build(), tables, files, titles);
    }

    private static int id(Row row, String column) {
        return Integer.parseUnsignedInt(row.text(column));
    }

    private void relation(Row row) {
        Relation relation = new Relation(
                id(row, "oid"),
                row.text("name"),
                row.text("schema") + "." + row.text("name"),
                row.text("kind"),
                row.flag("system"),
                row.flag("standard"),
                row.flag("fit") && !row.flag("system") && !row.flag("standard"));
        relations.put(relation.id, relation);
        int file = id(row, "file");
        if (file != 0) {
            files.put(new RelationFile(id(row, "tablespace"), id(row, "database"), file), contents(relation));
        }
    }

    private static Contents contents(Relation relation) {
        // The rows that refer to what is in a toast table change with it.
        if (relation.kind.equals("t") || IRRELEVANT_CATALOGS.contains(relation.id)) {
            return new Contents.Irrelevant();
        }
        return relation.system ? new Contents.Definitions() : new Contents.Table(relation.id);
    }

    private NameTable.Builder names() {
        NameTable.Builder names = NameTable.builder();
        for (Row row : query.apply(FUNCTIONS)) {
            if (row.flag("fit")) {
                names.harmlessFunction(row.text("name"));
            } else {
                names.primaryFunction(row.text("name"));
            }
        }
        query.apply(ROW_FUNCTIONS).forEach(row -> names.primaryRelation(row.text("name")));
        query.apply(OPERATORS).forEach(row -> names.volatileOperator(row.text("name")));
        SPECIAL_WORDS.forEach(names::primaryRelation);
        if (!query.apply(CASTS).getFirst().flag("found")) {
            names.complete();
        }
        return names;
    }

    /** Whether all that a relation's rows come from is in the log; collects the tables. */
    private boolean isFit(int id, Set<Integer> tables, Set<Integer> visited) {
        if (!visited.add(id)) {
            return true;
        }
        Relation relation = relations.get(id);
        if (relation == null || !relation.fit) {
            return false;
        }
        if (relation.hasRows()) {
            tables.add(id);
        }
        for (int part : parts.getOrDefault(id, Set.of())) {
            if (!isFit(part, tables, visited)) {
                return false;
            }
        }
        return true;
    }
}

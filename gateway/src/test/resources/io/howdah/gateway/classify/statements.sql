R SELECT 1
R SELECT
R SELECT * FROM account WHERE id = 1
R SELECT balance FROM account WHERE id = 7 AND owner LIKE 'owner%'
R SELECT a.id, t.amount FROM account a JOIN transfer t ON t.source = a.id WHERE a.id IN (1, 2, 3) ORDER BY 1 LIMIT 10 OFFSET 0
R SELECT a.id FROM account a LEFT JOIN transfer t USING (id) WHERE t.id IS NULL ORDER BY 1
R SELECT count(*), sum(balance), avg(balance), min(opened), max(opened) FROM account
R SELECT source, count(*) FILTER (WHERE amount > 5) FROM transfer GROUP BY source HAVING sum(amount) > 1 ORDER BY 1
R SELECT source, rank() OVER (PARTITION BY target ORDER BY amount DESC) FROM transfer ORDER BY 1
R SELECT sum(amount) OVER w FROM transfer WINDOW w AS (ORDER BY id) ORDER BY 1
R SELECT DISTINCT ON (source) source, amount FROM transfer ORDER BY source, amount DESC
R SELECT * FROM account WHERE EXISTS (SELECT 1 FROM transfer WHERE source = account.id) ORDER BY id
R SELECT * FROM account WHERE id = ANY (ARRAY[1, 2]) OR id = ALL ('{3}') ORDER BY id
R SELECT CASE WHEN id > 1 THEN coalesce(owner, 'x') ELSE nullif(owner, '') END FROM account ORDER BY 1
R SELECT greatest(1, 2), least(1, 2), (1, 2) = ROW (1, 2)
R SELECT extract(year FROM opened), date_trunc('month', opened), to_char(opened, 'YYYY') FROM account ORDER BY 1, 2, 3
R SELECT substring(owner FROM 1 FOR 3), position('o' IN owner), overlay(owner PLACING 'x' FROM 1 FOR 1), trim(BOTH ' ' FROM owner) FROM account ORDER BY 1, 2, 3, 4
R SELECT upper(owner), length(owner), md5(owner), left(owner, 2), right(owner, 2) FROM account ORDER BY 1
R SELECT attributes -> 'n', attributes ->> 'n', attributes @> '{"n": 1}', attributes ? 'n' FROM account ORDER BY id
R SELECT jsonb_agg(a), json_build_object('id', 1), row_to_json(a) FROM (SELECT id FROM account ORDER BY id) a GROUP BY a.id, a ORDER BY a.id
R SELECT unnest(tags) FROM account ORDER BY 1
R SELECT * FROM generate_series(1, 3) AS g(n)
R SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) AS f(a, b)
R SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, word)
R SELECT l.* FROM account a, LATERAL (SELECT a.id + 1 AS next) l ORDER BY 1
R SELECT CAST(balance AS numeric(10, 1)), balance::varchar(10), '1'::bit(3), 'x'::char(2) FROM account ORDER BY id
R SELECT interval '1 day' + timestamp '2026-01-01', time '10:00', timestamp(3) '2026-01-01', date '2026-01-01'
R SELECT array_agg(id ORDER BY id DESC), string_agg(owner, ',' ORDER BY id) FROM account
R SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM transfer
R SELECT source, target, sum(amount) FROM transfer GROUP BY GROUPING SETS ((source), (target), ()) ORDER BY 1, 2
R SELECT source, target, sum(amount) FROM transfer GROUP BY ROLLUP (source, target) ORDER BY 1, 2
R SELECT source, grouping(source) FROM transfer GROUP BY CUBE (source) ORDER BY 1
R (SELECT 1) UNION ALL (SELECT 2) INTERSECT (SELECT 2) ORDER BY 1
R SELECT 1 EXCEPT SELECT 2
R VALUES (1, 'a'), (2, 'b') ORDER BY 1
R TABLE account ORDER BY id
R WITH a AS (SELECT 1 AS n) SELECT * FROM a
R WITH a(x, y) AS (SELECT 1, 2), b AS NOT MATERIALIZED (SELECT x FROM a) SELECT * FROM b
R WITH RECURSIVE walk(id, depth) AS (SELECT 1, 0 UNION ALL SELECT t.target, depth + 1 FROM transfer t JOIN walk w ON t.source = w.id WHERE depth < 5) SELECT * FROM walk
R WITH RECURSIVE r AS (SELECT 1 AS n UNION SELECT n + 1 FROM r WHERE n < 3) SEARCH DEPTH FIRST BY n SET o SELECT * FROM r
R SELECT stable_sum(3)
R SELECT stable_sum(id) FROM account WHERE id < 4 ORDER BY 1
R SELECT * FROM rich ORDER BY id
R SELECT * FROM totals ORDER BY 1
R SELECT * FROM filtered ORDER BY id
R SELECT 5::small_id
R SELECT now() IS NOT NULL, current_timestamp IS NOT NULL, current_date IS NOT NULL, clock_timestamp() IS NOT NULL
R SELECT random() < 2
R SELECT gen_random_uuid() IS NOT NULL
R SELECT pg_sleep(0)
R SELECT current_user, session_user, current_database(), current_schema, current_schema()
R SELECT to_regclass('account'), 'account'::regclass, pg_typeof(1)
R SELECT has_table_privilege('account', 'SELECT')
R SELECT relname FROM pg_class WHERE relname = 'account'
R SELECT attname, format_type(atttypid, atttypmod), pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'account'::regclass AND a.attnum > 0 ORDER BY a.attnum
R SELECT pg_get_indexdef(indexrelid), pg_get_constraintdef(c.oid) FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid WHERE i.indrelid = 'account'::regclass
R SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1
R SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'account' ORDER BY 1
R SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1
R SELECT pg_table_is_visible('account'::regclass), obj_description('account'::regclass), col_description('account'::regclass, 1)
R SELECT version() IS NOT NULL
R SELECT 'INSERT INTO account', $$DELETE FROM account$$, $q$ UPDATE $$ $q$
R SELECT E'it\'s', 'it''s', U&'d\0061t', B'101', X'1F', N'n'
R SELECT /* DELETE /* nested */ FROM */ 1 -- INSERT
R SELECT a.tags[1], a.tags[1:2], (a).owner FROM account a ORDER BY a.id
R SELECT t."update" FROM (SELECT 1 AS "update") t
R SELECT t.into FROM (SELECT 1 AS "into") t
R SELECT id AS share FROM account ORDER BY 1
R SELECT * FROM account TABLESAMPLE bernoulli (100) WHERE false
R SELECT * FROM account ORDER BY id FETCH FIRST 2 ROWS ONLY
R SELECT * FROM account ORDER BY id FETCH FIRST (1) ROWS WITH TIES
R SELECT 1 WHERE (1, 2) OVERLAPS (1, 2)
R SELECT (timestamp '2026-01-01', timestamp '2026-01-02') OVERLAPS (timestamp '2026-01-01', timestamp '2026-01-03')
R SELECT owner COLLATE "C" FROM account ORDER BY 1
R SELECT timestamp '2026-01-01' AT TIME ZONE 'UTC' AT TIME ZONE ('UTC')
R SELECT owner SIMILAR TO '%(1|2)' ESCAPE '\', owner ~ '\d+', owner ILIKE ('o' || '%') FROM account ORDER BY id
R SELECT 1 IS DISTINCT FROM (2), NOT (true), 1 BETWEEN (0) AND (2), 1 NOT IN (2)
R SELECT 1 OPERATOR(pg_catalog.+) 2
R SELECT xmlelement(name a, 1), xmlforest(1 AS b)
R SELECT to_tsvector('english', 'the cats') @@ to_tsquery('english', 'cat')
R SELECT int4range(1, 5) @> 3, '[1,2]'::int4range && int4range(2, 3)
R SELECT 1/0
R SELECT nothing FROM account
R SELECT * FROM nowhere
R EXPLAIN SELECT * FROM account WHERE id = 1
R EXPLAIN (FORMAT json, COSTS off) SELECT * FROM account
R EXPLAIN VERBOSE SELECT 1
R COPY account TO STDOUT
R COPY account (id, owner) TO STDOUT WITH (FORMAT csv, HEADER true)
R COPY (SELECT id FROM account ORDER BY id) TO STDOUT WITH CSV
R SELECT 1 FROM account a CROSS JOIN (transfer t JOIN filtered f ON (f.id = t.id)) LIMIT 1
P INSERT INTO filtered VALUES (3)
P UPDATE account SET balance = 0 WHERE id = 1
P DELETE FROM filtered
P MERGE INTO filtered f USING account a ON f.id = a.id WHEN NOT MATCHED THEN INSERT VALUES (a.id)
P WITH d AS (DELETE FROM filtered RETURNING *) SELECT * FROM d
P WITH a AS (SELECT 1), b AS (WITH c AS (INSERT INTO filtered VALUES (9) RETURNING id) SELECT * FROM c) SELECT * FROM a, b
P WITH a AS (SELECT 1 AS id) UPDATE account SET balance = 0 FROM a WHERE account.id = a.id
P SELECT * INTO made FROM account
P SELECT * INTO TEMP made FROM account
P SELECT 1.INTO made
P SELECT * FROM account WHERE id = 1 FOR UPDATE
P SELECT * FROM account FOR NO KEY UPDATE SKIP LOCKED
P SELECT * FROM account FOR KEY SHARE
P SELECT * FROM (SELECT * FROM account FOR SHARE) a
P CREATE TABLE made AS SELECT 1
P CREATE TEMP TABLE made (id int)
P CREATE TABLE pg_temp.made (id int)
P CREATE INDEX ON account (owner)
P REFRESH MATERIALIZED VIEW totals
P TRUNCATE filtered
P DROP TABLE filtered
P ALTER TABLE filtered ADD a int
P COMMENT ON TABLE filtered IS 'x'
P GRANT SELECT ON filtered TO PUBLIC
P VACUUM filtered
P ANALYZE filtered
P CLUSTER account
P REINDEX TABLE filtered
P CHECKPOINT
P LOCK TABLE filtered
P NOTIFY news
P LISTEN news
P UNLISTEN *
P CALL nothing()
P DO $$ BEGIN PERFORM 1; END $$
P PREPARE p AS SELECT 1
P EXECUTE p
P DEALLOCATE ALL
P DECLARE c CURSOR FOR SELECT 1
P FETCH 1 FROM c
P SET work_mem = '1MB'
P SET TRANSACTION READ WRITE
P RESET ALL
P SHOW transaction_read_only
P SHOW in_hot_standby
P DISCARD ALL
P SELECT nextval('transfer_id_seq')
P SELECT setval('transfer_id_seq', 100)
P SELECT currval('transfer_id_seq')
P SELECT lastval()
P SELECT last_value FROM transfer_id_seq
P SELECT pg_advisory_lock(1)
P SELECT pg_try_advisory_lock(1)
P SELECT pg_advisory_xact_lock(1)
P SELECT pg_advisory_unlock_all()
P SELECT set_config('work_mem', '1MB', false)
P SELECT setseed(0.5)
P SELECT pg_notify('news', 'x')
P SELECT txid_current()
P SELECT pg_current_xact_id()
P SELECT txid_current_snapshot()
P SELECT pg_current_wal_lsn()
P SELECT pg_export_snapshot()
P SELECT pg_is_in_recovery()
P SELECT pg_backend_pid()
P SELECT inet_server_port()
P SELECT current_setting('transaction_read_only')
P SELECT pg_postmaster_start_time()
P SELECT lo_create(0)
P SELECT lo_from_bytea(0, 'x')
P SELECT pg_cancel_backend(0)
P SELECT pg_terminate_backend(0)
P SELECT query_to_xml('delete from filtered', true, true, '')
P SELECT * FROM pg_stat_activity
P SELECT * FROM pg_stat_replication
P SELECT * FROM pg_stat_user_tables
P SELECT * FROM pg_locks
P SELECT * FROM pg_settings
P SELECT * FROM pg_prepared_statements
P SELECT * FROM pg_cursors
P SELECT * FROM pg_replication_slots
P SELECT * FROM scratch
P SELECT * FROM over_scratch
P SELECT * FROM numbered
P SELECT * FROM numbered_twice
P SELECT * FROM observed
P SELECT * FROM guarded
P SELECT 5::touched_id
P SELECT touch(1)
P SELECT public.touch(1)
P SELECT "touch"(1)
P SELECT "Quoted Touch"(1)
P SELECT U&"t\006fuch"(1)
P SELECT U&"t!006fuch" UESCAPE '!' (1)
P SELECT mixed('x')
P SELECT other.lower(1)
P SELECT a.renewed FROM account a
P SELECT renewed(a) FROM account a
P SELECT bumped(id) FROM account
P SELECT 1 @~@ 1
P SELECT id FROM account WHERE id = touch(1)
P SELECT id FROM account ORDER BY touch(id)
P SELECT id FROM account LIMIT touch(1)
P SELECT * FROM account, touch(1)
P SELECT 1; SELECT 2
P BEGIN
P BEGIN READ ONLY
P COMMIT
P ROLLBACK
P SAVEPOINT s
P EXPLAIN ANALYZE SELECT 1
P EXPLAIN (ANALYZE, COSTS off) DELETE FROM filtered
P EXPLAIN DELETE FROM filtered
P COPY filtered FROM STDIN
P COPY filtered TO '/tmp/howdah-never'
P COPY (DELETE FROM filtered RETURNING *) TO STDOUT
P SELECT unknown_function(1)

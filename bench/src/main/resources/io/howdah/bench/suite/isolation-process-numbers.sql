-- The isolation tester names its sessions by the process numbers that it was given at log-in. Those of a gateway are the gateway's
-- own. This puts a function in the place of the one that the tester calls: it asks the gateway's console which server process
-- works for each of these clients at the moment, and then the server's own function about those. A client that has no server
-- process has nothing open, so it neither waits nor is waited for.
CREATE EXTENSION dblink;

CREATE SERVER gateway_console FOREIGN DATA WRAPPER dblink_fdw
    OPTIONS (host '127.0.0.1', port 'GATEWAY_PORT', dbname 'howdah');
CREATE USER MAPPING FOR postgres SERVER gateway_console OPTIONS (user 'postgres', password 'GATEWAY_PASSWORD');

ALTER FUNCTION pg_catalog.pg_isolation_test_session_is_blocked(integer, integer[])
    RENAME TO pg_isolation_test_server_process_is_blocked;

CREATE FUNCTION pg_catalog.pg_isolation_test_session_is_blocked(client integer, clients integer[]) RETURNS boolean
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    blocked integer;
    others integer[];
BEGIN
    IF NOT 'console' = ANY (coalesce(public.dblink_get_connections(), '{}')) THEN
        PERFORM public.dblink_connect('console', 'gateway_console');
    END IF;
    WITH client AS MATERIALIZED (
        SELECT process_id, link FROM public.dblink('console', 'SHOW CLIENTS') AS shown (
            type text, "user" text, database text, state text, addr text, port text, local_addr text, local_port text,
            connect_time text, request_time text, wait text, wait_us text, close_needed text, ptr text, link text,
            remote_pid text, tls text, application_name text, port_role text, process_id integer, pins text)
    ), server AS MATERIALIZED (
        SELECT ptr, remote_pid FROM public.dblink('console', 'SHOW SERVERS') AS shown (
            type text, "user" text, database text, state text, addr text, port text, local_addr text, local_port text,
            connect_time text, request_time text, wait text, wait_us text, close_needed text, ptr text, link text,
            remote_pid integer, tls text, application_name text, node text)
    )
    SELECT max(remote_pid) FILTER (WHERE process_id = $1), array_agg(remote_pid) FILTER (WHERE process_id = ANY ($2))
        INTO blocked, others
        FROM client JOIN server ON client.link = server.ptr;
    RETURN coalesce(pg_catalog.pg_isolation_test_server_process_is_blocked(blocked, others), false);
END
$$;

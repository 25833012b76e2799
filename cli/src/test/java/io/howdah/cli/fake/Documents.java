package io.howdah.cli.fake;

/** Documents as the Admin API gives them. */
public final class Documents {
    /** Holds what a careless client would change: order, number forms, null, an unknown key, letters beyond ASCII. */
    public static final String STATUS = """
            {"cluster":"local","cluster_id":"0123456789abcdef","term":7,"leader":"node1","problems":["node3: größer"],\
            "nodes":[\
            {"id":"node1","cell":"zone1","role":"primary","state":"serving","reason":"","pid":101,"postgres_pid":201,\
            "host":"127.0.0.1","port":5441,"api_port":5451,"data_dir":"/d/node1","timeline":7,"lsn":"0/5000148",\
            "lag_bytes":0,"voter":true,"tags":""},\
            {"id":"node2","cell":"zone2","role":"standby","state":"streaming","reason":"","pid":102,"postgres_pid":202,\
            "host":"127.0.0.1","port":5442,"api_port":5452,"data_dir":"/d/node2","timeline":7,"lsn":"0/5000148",\
            "lag_bytes":1536,"voter":true,"tags":""},\
            {"id":"node3","cell":"zone3","role":"standby","state":"cloning","reason":"12 of 38 MB","pid":103,\
            "postgres_pid":0,"host":"127.0.0.1","port":5443,"api_port":5453,"data_dir":"/d/node3","timeline":null,\
            "lsn":null,"lag_bytes":0,"voter":false,"tags":""}],\
            "virtual_addresses":[],"gateways":[{"id":"gateway1","cell":"zone1","pid":301,"host":"127.0.0.1",\
            "ports":{"auto":6432,"read_write":6433,"read_only":6434}}],\
            "admin":{"url":"http://127.0.0.1:7654","pid":401},"failover":true,"uptime":1.50e2}""";

    private Documents() {}

    public static String succeeded(String kind, String result) {
        return """
               {"id":"op1","kind":"%s","state":"succeeded","events":[
               {"sequence":1,"time":"2026-01-01T00:00:00Z","component":"node1","message":"starts"},
               {"sequence":2,"time":"2026-01-01T00:00:01Z","component":"node2","message":"clones from node1: 12 of 38 MB"}],
               "result":%s}""".formatted(kind, result);
    }

    public static String failed(String kind) {
        return """
               {"id":"op1","kind":"%s","state":"failed","events":[],"error":{"title":"node2 did not start",
               "detail":"its port 5442 is used by postgres (pid 77)","hint":"stop that program","log_tail":["line a","line b"]}}""".formatted(kind);
    }

    /** What a node says of itself. */
    public static String node(String id, String role, boolean gateOpen, int apiPort) {
        return """
               {"cluster":"0123456789abcdef","node":"%s","cell":"zone1","sequence":5,"term":7,"leader":"node1","role":"%s",
               "state":"%s","reason":"","gate_open":%b,"drain":null,"timeline":7,"lsn":"0/5000148","lag_bytes":0,
               "voter":true,"members":["node1","node2","node3"],"pid":11,"postgres_pid":12,"host":"127.0.0.1",
               "postgres_port":5441,"api_port":%d,"data_dir":"/d"}""".formatted(id, role, role.equals("primary") ? "serving" : "streaming", gateOpen, apiPort);
    }
}

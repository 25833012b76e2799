package io.howdah.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Set;

/**
 * Stands before every handler of an interface that listens on loopback: refuses requests that were sent to another host
 * name (a web page that rebinds its name to 127.0.0.1), that come from a page of another origin, or that lack the token.
 */
public final class Guard implements Filter {
    private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    private final BearerToken token;
    private final Set<String> openPaths;

    /** @param openPaths paths that need no token */
    public Guard(BearerToken token, Set<String> openPaths) {
        this.token = token;
        this.openPaths = Set.copyOf(openPaths);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String host = request.headers().first(HeaderNames.HOST).orElse("");
        if (!OWN_NAMES.contains(withoutPort(host))) {
            throw new ProblemException(new Problem(
                    421,
                    "wrong_host",
                    "This server does not answer to that name",
                    "the Host header is '%s'".formatted(host),
                    "use http://127.0.0.1 with the port from run/admin.json",
                    false));
        }
        String origin = request.headers().first(HeaderNames.ORIGIN).orElse("");
        if (!origin.isEmpty() && !origin.equals("http://" + host)) {
            throw new ProblemException(new Problem(
                    403,
                    "wrong_origin",
                    "Pages of other origins may not use this server",
                    "the Origin header is '%s'".formatted(origin),
                    "",
                    false));
        }
        if (!openPaths.contains(request.path().path())
                && !token.isIn(
                        request.headers().first(HeaderNames.AUTHORIZATION).orElse(""))) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"howdah\"");
            throw new ProblemException(new Problem(
                    401,
                    "token_required",
                    "The request carries no valid token",
                    "the Authorization header is missing, or its token is not this server's",
                    "send 'Authorization: Bearer' with the content of the file admin.token in the cluster's directory",
                    false));
        }
        chain.proceed();
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}

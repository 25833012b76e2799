/**
 * What every HTTP interface of the product shares: the JSON of a node's status, problem documents, the guard at the door,
 * and a small client.
 *
 * <p>The client speaks HTTP/1.1 over a plain socket, because {@code java.net.http} costs every process that touches it
 * about a tenth of a second and twenty megabytes, and because a status stream needs exact control over its time limits.
 */
@NullMarked
package io.howdah.server.http;

import org.jspecify.annotations.NullMarked;

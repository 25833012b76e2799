/** Tests of the shared HTTP pieces, and doubles that other tests use: a server that follows a script, sample statuses. */
@NullMarked
package io.howdah.server.http;

import org.jspecify.annotations.NullMarked;

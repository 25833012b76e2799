/** What passes between gateways and nodes about virtual addresses. */
@NullMarked
package io.howdah.server.address;

import org.jspecify.annotations.NullMarked;

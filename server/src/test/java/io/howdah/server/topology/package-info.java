/** Tests of the topology stores; each implementation runs the same contract. */
@NullMarked
package io.howdah.server.topology;

import org.jspecify.annotations.NullMarked;

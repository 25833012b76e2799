/**
 * A real local cluster in a test's hands: started by the command line as a person would, broken with signals, and audited
 * by writers that remember every acknowledgement.
 */
@NullMarked
package io.howdah.testkit.cluster;

import org.jspecify.annotations.NullMarked;

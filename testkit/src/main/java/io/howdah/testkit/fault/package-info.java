/**
 * Breaks things on purpose and exactly: stops, freezes and isolates processes, fills disks, shifts clocks. Partitions and
 * mounts need a {@link io.howdah.testkit.fault.Sandbox}, namespaces that a test makes for itself and that vanish with it.
 */
@NullMarked
package io.howdah.testkit.fault;

import org.jspecify.annotations.NullMarked;

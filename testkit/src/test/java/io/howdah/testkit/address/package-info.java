/** A virtual address on real hosts, or what the kernel takes for them. */
@NullMarked
package io.howdah.testkit.address;

import org.jspecify.annotations.NullMarked;

/**
 * Brings a local cluster's processes from what is to what should be: observe, plan, apply.
 *
 * <p>Observing looks at running processes, never only at files. Planning is pure and gives a reason for each step. Applying
 * tells what it does as events and never prints.
 */
@NullMarked
package io.howdah.server.provision;

import org.jspecify.annotations.NullMarked;

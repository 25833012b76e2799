/** Tests of the local provisioner; those that stop processes start their own, small ones. */
@NullMarked
package io.howdah.server.provision;

import org.jspecify.annotations.NullMarked;

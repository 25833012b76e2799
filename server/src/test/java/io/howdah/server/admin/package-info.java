/** Tests of admin against small nodes made by hand; the processes it starts are scripts that only wait. */
@NullMarked
package io.howdah.server.admin;

import org.jspecify.annotations.NullMarked;

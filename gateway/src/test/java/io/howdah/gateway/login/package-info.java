/** How passwords are found. */
@NullMarked
package io.howdah.gateway.login;

import org.jspecify.annotations.NullMarked;

/** Where the gateway learns how a role's password can be checked, without ever learning the password. */
@NullMarked
package io.howdah.gateway.login;

import org.jspecify.annotations.NullMarked;

/**
 * Who may come in: start-up packet, limits, the check of passwords. The gateway learns how a role's password can be checked without ever
 * learning the password. What comes after a log-in is for the {@link io.howdah.gateway.login.Reception}.
 */
@NullMarked
package io.howdah.gateway.login;

import org.jspecify.annotations.NullMarked;

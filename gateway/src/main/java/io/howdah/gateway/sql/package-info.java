/**
 * What the gateway understands of SQL: where statements end and whether one of them changes the session.
 *
 * <p>Pure byte scanning; no grammar, no I/O. A wrong guess here may cost a session its silent move to another node, never a row.
 */
@NullMarked
package io.howdah.gateway.sql;

import org.jspecify.annotations.NullMarked;

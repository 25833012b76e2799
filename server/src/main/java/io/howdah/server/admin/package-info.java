/**
 * The Admin API and what stands behind it: the cluster's status from the nodes' own words, and operations that change things
 * one at a time.
 *
 * <p>The cluster does not need admin: with it dead, nodes elect and gateways follow. Admin holds no truth of its own either;
 * after a restart it reads the directory and listens to the nodes again.
 */
@NullMarked
package io.howdah.server.admin;

import org.jspecify.annotations.NullMarked;

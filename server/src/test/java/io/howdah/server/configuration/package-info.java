/** Tests of the files of a local cluster's directory. */
@NullMarked
package io.howdah.server.configuration;

import org.jspecify.annotations.NullMarked;

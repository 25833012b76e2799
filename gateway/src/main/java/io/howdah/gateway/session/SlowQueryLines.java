package io.howdah.gateway.session;

import io.howdah.gateway.metrics.SlowQuerySettings.Format;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where lines about slow requests go: the program's logging prints JSON documents without anything around them. */
final class SlowQueryLines {
    private static final Logger LINES = LoggerFactory.getLogger("howdah.slow");
    private static final Logger DOCUMENTS = LoggerFactory.getLogger("howdah.json.slow");

    private SlowQueryLines() {}

    static void write(Format format, String line) {
        switch (format) {
            case LINE -> LINES.info("{}", line);
            case JSON -> DOCUMENTS.info("{}", line);
        }
    }
}

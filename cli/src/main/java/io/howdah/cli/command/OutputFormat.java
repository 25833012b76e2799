package io.howdah.cli.command;

/** How a result is printed. */
enum OutputFormat {
    TABLE,
    JSON
}

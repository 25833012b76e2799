package io.howdah.cli.text;

/** When to color. */
public enum ColorMode {
    AUTO,
    ALWAYS,
    NEVER
}

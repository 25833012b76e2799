package io.howdah.cli.command;

/** Where shared options stand on a help page: behind those of the command itself, which have no order. */
final class OptionOrder {
    static final int AT = 1;
    static final int YES = 2;
    static final int WAIT = 3;
    static final int OUTPUT = 4;
    static final int COMMON = 5;

    private OptionOrder() {}
}

package io.howdah.gateway.console;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What the console needs of the world.
 *
 * @param clock tells connect times
 * @param nanoClock as System.nanoTime
 * @param reload reads the gateway's file again
 */
public record ConsoleSetup(ConsoleSettings settings, InstantSource clock, LongSupplier nanoClock, Runnable reload) {}

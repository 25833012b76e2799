package io.howdah.gateway.console;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the console needs of the world.
 *
 * @param settings as they are now
 * @param clock tells connect times
 * @param nanoClock as System.nanoTime
 * @param reload reads the gateway's file again; blocks, and throws with everything that is wrong with it
 */
public record ConsoleSetup(
        Supplier<ConsoleSettings> settings, InstantSource clock, LongSupplier nanoClock, Runnable reload) {}

package io.howdah.gateway;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;

/**
 * Buffers that an event loop of io_uring has handed to the kernel (io_uring_register_buf_ring(3)): a socket takes one when something
 * arrives. So one request to the kernel serves many arrivals, and a client that says nothing has no buffer.
 */
final class BufferRing {
    static final short GROUP = 1;
    static final ChannelOption<Short> OPTION = IoUringChannelOption.IO_URING_BUFFER_GROUP_ID;

    private static final short BUFFERS = 256;
    private static final int BUFFER_BYTES = 4 << 10;
    private static final int REFILLED_AT_ONCE = 32;

    private BufferRing() {}

    /** From Linux 5.19 on. */
    static boolean isAvailable() {
        return IoUring.isAvailable() && IoUring.isRegisterBufferRingSupported();
    }

    /** Event loops of io_uring, with such a ring where the kernel knows them. */
    static IoHandlerFactory handlers() {
        if (!isAvailable()) {
            return IoUringIoHandler.newFactory();
        }
        IoUringBufferRingConfig ring = IoUringBufferRingConfig.builder()
                .bufferGroupId(GROUP)
                .bufferRingSize(BUFFERS)
                .batchSize(REFILLED_AT_ONCE)
                .allocator(new IoUringFixedBufferRingAllocator(PooledByteBufAllocator.DEFAULT, BUFFER_BYTES))
                .build();
        return IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setBufferRingConfig(ring));
    }
}

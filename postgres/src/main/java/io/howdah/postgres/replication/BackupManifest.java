package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The list of files that a server says it sent, with sizes and CRC-32C checksums, and the log needed to make them
 * consistent (PostgreSQL manual, "Backup Manifest Format").
 */
record BackupManifest(Map<String, Entry> files, List<WalRange> walRanges) {
    /** A file's size and checksum. */
    record Entry(long bytes, int checksum) {}

    /** A stretch of log on one timeline. */
    record WalRange(TimelineId timeline, Lsn start, Lsn end) {}

    BackupManifest {
        files = Map.copyOf(files);
        walRanges = List.copyOf(walRanges);
    }

    /** Parses a manifest after checking its own checksum. */
    static BackupManifest parse(byte[] content) {
        verifyOwnChecksum(content);
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), content)) {
            Map<String, Entry> files = new HashMap<>();
            List<WalRange> ranges = new ArrayList<>();
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "Files" -> {
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            readFile(object(parser), files);
                        }
                    }
                    case "WAL-Ranges" -> {
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            ranges.add(readRange(object(parser)));
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
            return new BackupManifest(files, ranges);
        } catch (tools.jackson.core.JacksonException | IllegalArgumentException e) {
            throw new BackupException("the backup manifest is malformed: " + e.getMessage(), e);
        }
    }

    private static void expect(JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw new BackupException("the backup manifest has %s where %s belongs".formatted(found, wanted));
        }
    }

    /** Reads a flat object whose opening brace is the current token. */
    private static Map<String, String> object(JsonParser parser) {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        Map<String, String> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, parser.getString());
        }
        return fields;
    }

    private static void readFile(Map<String, String> fields, Map<String, Entry> files) {
        String encoded = fields.getOrDefault("Encoded-Path", "");
        String path = encoded.isEmpty()
                ? required(fields, "Path")
                : new String(HexFormat.of().parseHex(encoded), StandardCharsets.UTF_8);
        if (!required(fields, "Checksum-Algorithm").equals("CRC32C")) {
            throw new BackupException("the backup manifest uses another checksum than the CRC32C that was asked for");
        }
        byte[] checksum = HexFormat.of().parseHex(required(fields, "Checksum"));
        // PostgreSQL prints the bytes as they lie in memory, the lowest first.
        int value = 0;
        for (int i = Integer.BYTES - 1; i >= 0; i--) {
            value = (value << 8) | (checksum[i] & 0xFF);
        }
        files.put(path, new Entry(Long.parseLong(required(fields, "Size")), value));
    }

    private static WalRange readRange(Map<String, String> fields) {
        return new WalRange(
                new TimelineId(Integer.parseInt(required(fields, "Timeline"))),
                Lsn.parse(required(fields, "Start-LSN")),
                Lsn.parse(required(fields, "End-LSN")));
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new BackupException("the backup manifest lacks " + name);
        }
        return value;
    }

    /** The checksum covers everything before the last line, which holds it. */
    private static void verifyOwnChecksum(byte[] content) {
        int end = content.length - 1;
        while (end > 0 && content[end - 1] != '\n') {
            end--;
        }
        String lastLine = new String(content, end, content.length - end, StandardCharsets.UTF_8);
        if (!lastLine.contains(HexFormat.of().formatHex(sha256(content, end)))) {
            throw new BackupException("the checksum of the backup manifest itself does not match");
        }
    }

    private static byte[] sha256(byte[] content, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    /** The same without some of the files. */
    BackupManifest without(Set<String> names) {
        Map<String, Entry> rest = new HashMap<>(files);
        rest.keySet().removeAll(names);
        return new BackupManifest(rest, walRanges);
    }

    /** Throws unless the files that arrived are exactly those listed, and all needed log is among them. */
    void verify(Map<String, Entry> received, int walSegmentBytes) {
        files.forEach((path, listed) -> {
            Entry arrived = received.get(path);
            if (arrived == null) {
                throw new BackupException("the file %s of the backup manifest did not arrive".formatted(path));
            }
            if (arrived.bytes() != listed.bytes()) {
                throw new BackupException("%s has %d bytes, the backup manifest says %d"
                        .formatted(path, arrived.bytes(), listed.bytes()));
            }
            if (arrived.checksum() != listed.checksum()) {
                throw new BackupException("the checksum of %s differs from the backup manifest".formatted(path));
            }
        });
        received.keySet().stream()
                .filter(path -> !path.startsWith("pg_wal/") && !files.containsKey(path))
                .findFirst()
                .ifPresent(path -> {
                    throw new BackupException("the file %s arrived but is not in the backup manifest".formatted(path));
                });
        walRanges.forEach(range -> verifyRange(range, received, walSegmentBytes));
    }

    private static void verifyRange(WalRange range, Map<String, Entry> received, int walSegmentBytes) {
        long first = Long.divideUnsigned(range.start().value(), walSegmentBytes);
        long last = Long.divideUnsigned(range.end().value() - 1, walSegmentBytes);
        long segmentsPerHigh = 0x1_0000_0000L / walSegmentBytes;
        for (long segment = first; segment <= last; segment++) {
            String suffix = "%08X%08X".formatted(segment / segmentsPerHigh, segment % segmentsPerHigh);
            // At a change of timeline the segment of the later timeline holds the earlier records too.
            boolean arrived =
                    received.keySet().stream().anyMatch(path -> path.startsWith("pg_wal/") && path.endsWith(suffix));
            if (!arrived) {
                throw new BackupException("the log segment %s%s, which the copy needs, did not arrive"
                        .formatted(range.timeline().toFilePrefix(), suffix));
            }
        }
    }
}

package io.howdah.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates for tests, made by openssl: an authority, and what it signs. */
public final class Certificates {
    private final Path directory;

    private Certificates(Path directory) {
        this.directory = directory;
    }

    /** Makes an authority in an empty directory. */
    public static Certificates in(Path directory) {
        Certificates certificates = new Certificates(directory);
        certificates.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=authority",
                "-keyout",
                "authority.key",
                "-out",
                "authority.crt");
        return certificates;
    }

    /** Makes a key and a signed certificate, {@code name.key} and {@code name.crt}. */
    public void issue(String name, String commonName, String address) {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + commonName,
                "-addext",
                "subjectAltName=IP:" + address,
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-CA",
                "authority.crt",
                "-CAkey",
                "authority.key",
                "-keyout",
                name + ".key",
                "-out",
                name + ".crt");
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    private void openssl(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("openssl: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

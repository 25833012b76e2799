package io.howdah.bench.suite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** What Maven's Surefire reported of a run of JUnit tests: how many there were and which failed. */
record TestReports(int tests, int skipped, SortedSet<String> failed) {
    static TestReports read(Path directory) throws IOException {
        int tests = 0;
        int skipped = 0;
        SortedSet<String> failed = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "TEST-*.xml")) {
            for (Path file : files) {
                TestReports one = readOne(file);
                tests += one.tests;
                skipped += one.skipped;
                failed.addAll(one.failed);
            }
        }
        return new TestReports(tests, skipped, failed);
    }

    private static TestReports readOne(Path file) throws IOException {
        int tests = 0;
        int skipped = 0;
        SortedSet<String> failed = new TreeSet<>();
        String current = "";
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader reader = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
            while (reader.hasNext()) {
                if (reader.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                switch (reader.getLocalName()) {
                    case "testcase" -> {
                        tests++;
                        current = name(reader.getAttributeValue(null, "classname"))
                                + "."
                                + name(reader.getAttributeValue(null, "name"));
                    }
                    case "failure", "error" -> failed.add(current);
                    case "skipped" -> skipped++;
                    default -> {}
                }
            }
        } catch (XMLStreamException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        return new TestReports(tests, skipped, failed);
    }

    /** Without the package and without spaces, so that it is one word. */
    private static String name(String text) {
        return text.substring(text.lastIndexOf('.', text.indexOf('(') < 0 ? text.length() : text.indexOf('(')) + 1)
                .replaceAll("\\s+", "");
    }
}

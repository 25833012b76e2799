package io.howdah.gateway.classify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is executed when certain names are used: the definitions of views, row policies and domains. Not safe for threads. */
public final class Definitions {
    private record Definition(String name, String text) {}

    private final List<Definition> all = new ArrayList<>();

    public void add(String name, String text) {
        all.add(new Definition(name, text));
    }

    /**
     * Marks the names whose definition is not a read by the classifier's own judgment as {@link NameTable.Builder#primaryRelation}. Views
     * are made of views: goes on until nothing new is found.
     */
    public void judge(NameTable.Builder names) {
        StatementClassifier classifier = new StatementClassifier();
        boolean news = true;
        while (news) {
            news = false;
            NameTable known = names.build();
            for (Definition definition : all) {
                byte[] text = definition.text.getBytes(StandardCharsets.UTF_8);
                Judgment judgment = classifier.classify(text, 0, text.length, known, true);
                boolean reads = judgment.reason() == Reason.READ || judgment.reason() == Reason.NAMES_UNKNOWN;
                if (!reads) {
                    news |= names.primaryRelation(definition.name);
                }
            }
        }
    }
}

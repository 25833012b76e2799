package io.howdah.server.adoption;

import io.howdah.postgres.adoption.FoundServer;
import io.howdah.postgres.adoption.OldMeans;
import io.howdah.postgres.adoption.ServerFacts;
import io.howdah.postgres.process.ControlFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is to be known before a standby that somebody made by hand joins the cluster that it is a copy of. Pure. */
record CopyCheck(FoundServer server, OldMeans means, ControlFile control, ServerFacts facts, ControlFile clusters) {
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (control.systemIdentifier() != clusters.systemIdentifier()) {
            findings.add(
                    Finding.obstacle(
                            "its system identifier is %s, the cluster's is %s: it is no copy of this cluster"
                                    .formatted(
                                            Long.toUnsignedString(control.systemIdentifier()),
                                            Long.toUnsignedString(clusters.systemIdentifier())),
                            "for a cluster of its own name another directory with --dir; for a node of this one: 'howdah node add'"));
        }
        if (!facts.standby()) {
            findings.add(Finding.obstacle(
                    "it is a primary, and what was written there nobody else has",
                    "for a cluster of its own name another directory with --dir"));
        }
        if (control.controlVersion() != clusters.controlVersion()
                || control.catalogVersion() != clusters.catalogVersion()) {
            findings.add(Finding.obstacle(
                    "it is of another version of PostgreSQL than the cluster", "'howdah node add' makes a new copy"));
        }
        for (String tablespace : facts.tablespaces()) {
            findings.add(Finding.obstacle("tablespace %s: not supported yet".formatted(tablespace), ""));
        }
        server.keeper()
                .ifPresent(keeper -> findings.add(Finding.obstacle(
                        "'%s' keeps this server and would start it again".formatted(keeper),
                        "stop that first and start PostgreSQL on its own")));
        server.unit()
                .ifPresent(unit -> findings.add(Finding.note(
                        "systemd would start it again with the machine", "afterwards: systemctl disable " + unit)));
        findings.add(Finding.change("the server stops ('%s') and follows the cluster's leader from then on"
                .formatted(means.stopCommand())));
        findings.add(Finding.change("its own settings give way to the cluster's"));
        findings.sort(Comparator.comparing(Finding::weight));
        return List.copyOf(findings);
    }
}

package io.howdah.gateway.login;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which names of the outside stand for which roles: the syntax of pg_ident.conf (the manual's chapter 20.2). A name that begins with a
 * slash is a regular expression, whose first group \\1 in the role's name stands for.
 */
record IdentityMaps(List<Line> lines) {
    static final IdentityMaps NONE = new IdentityMaps(List.of());

    private static final String GROUP = "\\1";

    IdentityMaps {
        lines = List.copyOf(lines);
    }

    /** @param role a role's name, {@code all}, or one with {@code \\1} */
    record Line(String map, Pattern name, String role) {}

    /** @param problems one sentence for each line that cannot be used */
    record Read(IdentityMaps maps, List<String> problems) {
        Read {
            problems = List.copyOf(problems);
        }
    }

    static Read read(String text) {
        List<Line> lines = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String each : text.split("\r?\n", -1)) {
            number++;
            List<List<String>> fields = AccessRulesText.fields(each);
            if (fields.isEmpty()) {
                continue;
            }
            if (fields.size() != 3) {
                problems.add("line " + number + " has " + fields.size() + " fields instead of map, name and role");
                continue;
            }
            String role = fields.get(2).getFirst();
            if (role.startsWith("+") || role.startsWith("/")) {
                problems.add("line " + number + " names the role by '" + role + "'; the gateway knows names and 'all'");
                continue;
            }
            try {
                lines.add(
                        new Line(fields.get(0).getFirst(), pattern(fields.get(1).getFirst()), role));
            } catch (PatternSyntaxException e) {
                problems.add("line " + number + " has a regular expression that cannot be read: " + e.getDescription());
            }
        }
        return new Read(new IdentityMaps(lines), problems);
    }

    private static Pattern pattern(String name) {
        return Pattern.compile(name.startsWith("/") ? name.substring(1) : "^" + Pattern.quote(name) + "$");
    }

    boolean allows(String map, String name, String role) {
        for (Line line : lines) {
            Matcher matcher = line.name.matcher(name);
            if (line.map.equals(map) && matcher.find()) {
                String group = matcher.groupCount() > 0 && matcher.group(1) != null ? matcher.group(1) : "";
                if (line.role.equals("all") || line.role.replace(GROUP, group).equals(role)) {
                    return true;
                }
            }
        }
        return false;
    }
}

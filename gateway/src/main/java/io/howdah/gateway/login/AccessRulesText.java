package io.howdah.gateway.login;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads HBA files: the syntax of pg_hba.conf as far as the gateway can do what it says. Whatever it cannot do is a problem. */
final class AccessRulesText {
    private static final Pattern TOKEN = Pattern.compile("\"[^\"]*+(?:\"\"[^\"]*+)*+\"|[^\\s,\"]+|,");

    private static final String MAP = "map=";

    private final List<AccessRule> rules = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int line;

    private AccessRulesText() {}

    /** @param problems one sentence for each line that cannot be used */
    record Read(List<AccessRule> rules, List<String> problems) {
        Read {
            rules = List.copyOf(rules);
            problems = List.copyOf(problems);
        }
    }

    static Read read(String text) {
        AccessRulesText reader = new AccessRulesText();
        for (String each : text.split("\r?\n", -1)) {
            reader.line++;
            List<List<String>> fields = fields(each);
            if (!fields.isEmpty()) {
                reader.rule(fields);
            }
        }
        return new Read(reader.rules, reader.problems);
    }

    /** Fields are separated by space, the values of one field by commas. */
    static List<List<String>> fields(String text) {
        List<List<String>> fields = new ArrayList<>();
        boolean goesOn = false;
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            String word = token.group();
            if (word.startsWith("#")) {
                break;
            }
            if (word.equals(",")) {
                goesOn = true;
                continue;
            }
            if (word.startsWith("\"")) {
                word = word.substring(1, word.length() - 1).replace("\"\"", "\"");
            }
            if (goesOn && !fields.isEmpty()) {
                fields.getLast().add(word);
            } else {
                fields.add(new ArrayList<>(List.of(word)));
            }
            goesOn = false;
        }
        return fields;
    }

    private void rule(List<List<String>> fields) {
        int before = problems.size();
        AccessRule.Transport transport = transport(fields.getFirst().getFirst());
        int methodAt = transport == AccessRule.Transport.LOCAL ? 3 : 4;
        AddressRange addresses = AddressRange.ALL;
        if (transport != AccessRule.Transport.LOCAL && transport != null && fields.size() > 3) {
            String address = fields.get(3).getFirst();
            Optional<AddressRange> range =
                    address.equals("all") ? Optional.of(AddressRange.ALL) : AddressRange.parse(address);
            if (range.isEmpty() && fields.size() > 4) {
                range = AddressRange.parse(address, fields.get(4).getFirst());
                methodAt = 5;
            }
            if (range.isEmpty()) {
                problem("'" + address + "' is neither 'all' nor an address with a mask (names are not looked up)");
            }
            addresses = range.orElse(AddressRange.ALL);
        }
        if (transport == null || problems.size() > before) {
            return;
        }
        if (fields.size() <= methodAt) {
            problem("ends before the method");
            return;
        }
        List<String> databases = names(fields.get(1), "database");
        List<String> users = names(fields.get(2), "user");
        AccessRule.Method method = method(fields.get(methodAt).getFirst());
        Options options = options(fields.subList(methodAt + 1, fields.size()));
        AccessRule.Certificate certificate = options.certificate;
        if (method == AccessRule.Method.CERTIFICATE) {
            certificate = AccessRule.Certificate.NAMES_ROLE;
        }
        boolean clear = transport != AccessRule.Transport.ENCRYPTED;
        if (certificate != AccessRule.Certificate.NONE && clear) {
            problem("asks for a certificate, which only 'hostssl' can");
        }
        if (method == AccessRule.Method.PEER && transport != AccessRule.Transport.LOCAL) {
            problem("asks who is at the other end, which only 'local' can");
        }
        boolean maps = method == AccessRule.Method.PEER || certificate == AccessRule.Certificate.NAMES_ROLE;
        if (options.map.isPresent() && !maps) {
            problem("has the option map, which is for peer and cert");
        }
        if (method != null && problems.size() == before) {
            rules.add(new AccessRule(line, transport, databases, users, addresses, method, certificate, options.map));
        }
    }

    private AccessRule.@Nullable Transport transport(String word) {
        return switch (word) {
            case "local" -> AccessRule.Transport.LOCAL;
            case "host" -> AccessRule.Transport.ANY;
            case "hostssl" -> AccessRule.Transport.ENCRYPTED;
            case "hostnossl", "hostnogssenc" -> AccessRule.Transport.CLEAR_TEXT;
            default -> {
                problem("begins with '" + word + "' instead of local, host, hostssl or hostnossl");
                yield null;
            }
        };
    }

    private List<String> names(List<String> words, String what) {
        for (String word : words) {
            if (word.startsWith("+") || word.startsWith("/") || word.startsWith("@") || word.startsWith("samerole")) {
                problem("names the " + what + " by '" + word + "'; the gateway knows names, 'all' and 'sameuser' only");
            }
        }
        return words;
    }

    private AccessRule.@Nullable Method method(String word) {
        return switch (word) {
            case "scram-sha-256" -> AccessRule.Method.SCRAM;
            case "md5" -> AccessRule.Method.MD5;
            case "peer" -> AccessRule.Method.PEER;
            case "trust" -> AccessRule.Method.TRUST;
            case "cert" -> AccessRule.Method.CERTIFICATE;
            case "reject" -> AccessRule.Method.REJECT;
            default -> {
                problem("has the method '" + word
                        + "'; the gateway knows scram-sha-256, md5, cert, peer, trust and reject");
                yield null;
            }
        };
    }

    private record Options(AccessRule.Certificate certificate, Optional<String> map) {}

    private Options options(List<List<String>> words) {
        AccessRule.Certificate certificate = AccessRule.Certificate.NONE;
        Optional<String> map = Optional.empty();
        for (List<String> option : words) {
            String word = option.getFirst();
            switch (word) {
                case "clientcert=verify-ca" -> certificate = AccessRule.Certificate.VERIFIED;
                case "clientcert=verify-full" -> certificate = AccessRule.Certificate.NAMES_ROLE;
                default -> {
                    if (word.startsWith(MAP)) {
                        map = Optional.of(word.substring(MAP.length()));
                    } else {
                        problem("has the option '" + word + "'; the gateway knows clientcert and map only");
                    }
                }
            }
        }
        return new Options(certificate, map);
    }

    private void problem(String what) {
        problems.add("line " + line + " " + what);
    }
}

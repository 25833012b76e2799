package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operating system user that PostgreSQL runs as. PostgreSQL refuses root; so when Howdah runs as root, this is {@code
 * postgres} where that exists, else {@code howdah}, which is created.
 *
 * <p>Immutable; any thread.
 */
public final class UnprivilegedUser {
    private static final String PREFERRED = "postgres";
    private static final String CREATED = "howdah";
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(20);

    private final String name;
    private final Optional<Identity> identity;

    /** Set only when it differs from the user of this process. */
    private record Identity(UserPrincipal user, GroupPrincipal group, List<String> prefix) {}

    private UnprivilegedUser(String name, Optional<Identity> identity) {
        this.name = name;
        this.identity = identity;
    }

    /** The user of this process, for files that are not PostgreSQL's. */
    public static UnprivilegedUser current() {
        return new UnprivilegedUser(System.getProperty("user.name"), Optional.empty());
    }

    /** Finds the user, creating it when needed. */
    public static UnprivilegedUser detect() {
        String current = System.getProperty("user.name");
        if (!isRoot(current)) {
            return new UnprivilegedUser(current, Optional.empty());
        }
        for (String candidate : List.of(PREFERRED, CREATED)) {
            Optional<Identity> found = identify(candidate);
            if (found.isPresent()) {
                return new UnprivilegedUser(candidate, found);
            }
        }
        create();
        Identity created = identify(CREATED)
                .orElseThrow(() -> new PostgresProcessException(
                        "the user '%s' was created but cannot be looked up".formatted(CREATED)));
        return new UnprivilegedUser(CREATED, Optional.of(created));
    }

    private static boolean isRoot(String userName) {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return userName.equals("root");
        }
    }

    private static Optional<Identity> identify(String candidate) {
        UserPrincipalLookupService lookup = Path.of("/").getFileSystem().getUserPrincipalLookupService();
        try {
            UserPrincipal user = lookup.lookupPrincipalByName(candidate);
            CommandRunner.Result group = CommandRunner.run(List.of("id", "-gn", candidate), COMMAND_TIMEOUT);
            if (!group.succeeded()) {
                return Optional.empty();
            }
            String groupName = group.output().strip();
            return Optional.of(
                    new Identity(user, lookup.lookupPrincipalByGroupName(groupName), prefix(candidate, groupName)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> prefix(String user, String group) {
        if (isOnPath("setpriv")) {
            return List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--init-groups", "--");
        }
        if (isOnPath("runuser")) {
            return List.of("runuser", "-u", user, "--");
        }
        throw new PostgresProcessException(
                "PostgreSQL refuses to run as root, and neither setpriv nor runuser is there to run it as '%s'; install"
                                .formatted(user)
                        + " the package util-linux, or start Howdah as another user");
    }

    static boolean isOnPath(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        for (String directory : path.split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private static void create() {
        List<String> command = isOnPath("useradd")
                ? List.of("useradd", "--system", "--no-create-home", "--user-group", CREATED)
                : List.of("adduser", "-S", "-D", "-H", CREATED);
        CommandRunner.Result result = CommandRunner.run(command, COMMAND_TIMEOUT);
        if (!result.succeeded()) {
            throw new PostgresProcessException(
                    "PostgreSQL refuses to run as root and the user '%s' could not be created: %s; create a user called"
                                    .formatted(CREATED, result.output().strip())
                            + " 'postgres', or start Howdah as another user");
        }
    }

    public String name() {
        return name;
    }

    /** Whether PostgreSQL runs as somebody else than this process. */
    public boolean isSwitch() {
        return identity.isPresent();
    }

    /** The command line that runs this one as the user. */
    public List<String> wrap(List<String> command) {
        List<String> wrapped = new ArrayList<>(identity.map(Identity::prefix).orElse(List.of()));
        wrapped.addAll(command);
        return List.copyOf(wrapped);
    }

    /** Gives a file, or a directory with all in it, to the user. Links are not followed. */
    public void own(Path path) throws IOException {
        if (identity.isEmpty()) {
            return;
        }
        Identity owner = identity.get();
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                give(file, owner);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                give(directory, owner);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    private static void give(Path path, Identity owner) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(owner.user());
        view.setGroup(owner.group());
    }

    /** The first directory on the way to this one, itself included, that the user may not enter. */
    public Optional<Path> firstUntraversable(Path directory) {
        List<Path> way = new ArrayList<>();
        Path current = directory.toAbsolutePath().normalize();
        while (current != null) {
            way.addFirst(current);
            current = current.getParent();
        }
        if (identity.isEmpty()) {
            return way.stream().filter(path -> !Files.isExecutable(path)).findFirst();
        }
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "for d; do [ -x \"$d\" ] || { printf %s \"$d\"; exit 3; }; done", "sh"));
        way.forEach(path -> command.add(path.toString()));
        CommandRunner.Result result = CommandRunner.run(wrap(command), COMMAND_TIMEOUT);
        if (result.succeeded()) {
            return Optional.empty();
        }
        if (result.exitCode() != 3) {
            throw new PostgresProcessException("cannot check directories as user '%s': %s"
                    .formatted(name, result.output().strip()));
        }
        return Optional.of(Path.of(result.output().strip()));
    }
}

package dev.millrace.rpc.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;

/**
 * What a path itself is; a link is not followed.
 *
 * @param mode the type and the permissions
 * @param inode the number of the file on its device
 * @param device its number
 */
record Stat(int mode, long inode, long device, UserPrincipal owner, String group) {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int LINK = 0120000;
    private static final int FOLDER = 0040000;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int GROUP_MAY_PASS = 0010;

    static Optional<Stat> of(Path path) throws IOException {
        try {
            Map<String, Object> found =
                    Files.readAttributes(path, "unix:mode,ino,dev,owner,group", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Stat(
                    (Integer) found.getOrDefault("mode", 0),
                    ((Number) found.getOrDefault("ino", 0L)).longValue(),
                    ((Number) found.getOrDefault("dev", 0L)).longValue(),
                    Files.getOwner(path, LinkOption.NOFOLLOW_LINKS),
                    String.valueOf(found.get("group"))));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private boolean is(int type) {
        return (mode & TYPE) == type;
    }

    boolean isSocket() {
        return is(SOCKET);
    }

    boolean isLink() {
        return is(LINK);
    }

    boolean isFolder() {
        return is(FOLDER);
    }

    boolean isWritableByOthers() {
        return (mode & WRITABLE_BY_OTHERS) != 0;
    }

    boolean letsGroupPass(String name) {
        return (mode & GROUP_MAY_PASS) != 0 && group.equals(name);
    }

    boolean isSameFileAs(Stat other) {
        return inode == other.inode && device == other.device;
    }
}

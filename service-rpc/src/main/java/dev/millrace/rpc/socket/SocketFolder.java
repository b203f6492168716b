package dev.millrace.rpc.socket;

import dev.millrace.storage.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * The folder of a socket. Who may write in it could put another socket in place, so it is looked at closely.
 *
 * @param path the folder
 * @param socket the socket's name; whoever has its lock may use this
 */
record SocketFolder(Path path, String socket, SocketAccess access) {

    /**
     * Where a socket is born: nobody else may enter it. Known by name, so that what a crash left is found; by the socket's
     * name, so that two that are born in one folder do not meet; and short, as paths of sockets must be.
     */
    Path birthplace() {
        return path.resolve(".b"
                + Integer.toHexString(0x10000 | (socket.hashCode() & 0xFFFF)).substring(1));
    }

    /** Makes the folder when there is none, and refuses one that is not safe. */
    void prepare(Disk disk) throws IOException {
        if (access.group().isPresent()) requireGroup(access.group().get());
        if (Stat.of(path).isEmpty()) {
            disk.createFolders(path);
            if (access.group().isPresent()) open(path, access.group().get(), "rwx--x---");
        }
        Stat folder = Stat.of(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
        if (folder.isLink()) throw refused("is a symbolic link; name the folder that it leads to");
        if (!folder.isFolder()) throw refused("is no folder");
        if (folder.isWritableByOthers())
            throw refused("can be written by others, who could put a socket of their own in place; chmod go-w it, or"
                    + " name another folder");
        if (access.group().isPresent() && !folder.letsGroupPass(access.group().get()))
            throw refused("does not let group " + access.group().get() + " pass; chgrp it to that group and chmod it"
                    + " to 710");
    }

    /** Before anything is made for it. */
    private void requireGroup(String name) throws IOException {
        group(name);
    }

    private SocketRefusedException refused(String why) {
        return new SocketRefusedException(path, why);
    }

    /** Makes the birthplace anew, and finds out who we are. */
    UserPrincipal enter() throws IOException {
        leave();
        Files.createDirectory(
                birthplace(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        UserPrincipal us = Files.getOwner(birthplace(), LinkOption.NOFOLLOW_LINKS);
        UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
        if (owner.equals(us) || owner.getName().equals("root")) return us;
        leave();
        throw refused("belongs to user " + owner.getName() + ", not to " + us.getName());
    }

    /** Removes the birthplace and what was not born. */
    void leave() throws IOException {
        Files.deleteIfExists(birthplace().resolve("s"));
        Files.deleteIfExists(birthplace());
    }

    /** Gives a new socket its permissions, while it still lies in the birthplace. */
    void protect(Path socket) throws IOException {
        if (access.group().isPresent()) open(socket, access.group().get(), "rw-rw----");
        else Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }

    private void open(Path file, String name, String permissions) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        view.setGroup(group(name));
        view.setPermissions(PosixFilePermissions.fromString(permissions));
    }

    private GroupPrincipal group(String name) throws IOException {
        try {
            return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw refused("cannot be opened to group " + name + ": there is no such group");
        }
    }
}

// The folder that a program starts in: its inputs, a folder for temporary files, and the folders of its outputs. Opens
// every path relative to one descriptor, and creates nothing twice.
import CSystem
import Diagnostics
import Files
import Glibc
import Store
import Work

struct CommandFolder: ~Copyable {
    private let command: Command
    private let path: String
    private let descriptor: Int32
    /// The blob folder of the cache that contains this folder.
    private let blobs: String
    /// Folders that we created. Anything else at a path is an input.
    private var folders: Set<ByteText> = []
    private var lastFolder = ""

    /// - Parameter path: absolute path of an empty folder.
    init(_ command: Command, at path: String) throws(ProgramProblem) {
        self.command = command
        self.path = path
        blobs = Self.blobs(of: path)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotPrepare(node: command.node, path: path, reason: message(errno)) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// `cache/blobs/` for `cache/tmp/x`.
    private static func blobs(of path: String) -> String {
        guard let last = path.utf8.lastIndex(of: UInt8(ascii: "/")),
            let first = path[..<last].utf8.lastIndex(of: UInt8(ascii: "/"))
        else { return "//" }
        return path[...first] + "blobs/"
    }

    /// Copies inputs, since a program without a sandbox could write through a link. A blob gets a second, read-only
    /// name instead and is checked again when the program ends.
    mutating func lay() throws(ProgramProblem) {
        try makeTemporary()
        for folder in command.folders { try lay(folder, at: folder.at) }
        for mount in command.mounts {
            try makeParents(of: mount.at)
            var status = stat()
            guard stat(mount.source, &status) == 0 else {
                throw .cannotPrepare(node: command.node, path: mount.at, reason: message(errno))
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                let code = -csystem_copy_tree(mount.source, descriptor, mount.at)
                if code == EEXIST { throw .placeTaken(node: command.node, path: mount.at) }
                guard code == 0 else { throw .cannotPrepare(node: command.node, path: mount.at, reason: message(code)) }
            } else {
                try stage(mount, status, as: mount.at)
            }
        }
        try makeRoomForOutputs()
    }

    /// The same for a sandbox, which mounts the inputs itself: creates only the mount points, and returns the mounts.
    mutating func layForSandbox() throws(ProgramProblem) -> [Command.Mount] {
        try makeTemporary()
        var binds: [Command.Mount] = [], staged = 0
        for (index, folder) in command.folders.enumerated() {
            if index == 0 {
                try make(folder: Command.staged)
                staged = 1
                // Mounted read-only at both of its paths, since it contains blobs under other names.
                binds.append(Command.Mount(at: Command.staged, source: path + "/" + Command.staged))
            }
            let place = Command.staged + "/folder-" + String(index)
            folders.insert(Command.staged)
            try lay(folder, at: place)
            try makeParents(of: folder.at + "/.")
            binds.append(Command.Mount(at: folder.at, source: path + "/" + place))
        }
        for mount in command.mounts {
            try makeParents(of: mount.at)
            var status = stat()
            guard stat(mount.source, &status) == 0 else {
                throw .cannotPrepare(node: command.node, path: mount.at, reason: message(errno))
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                try make(folder: mount.at)
                binds.append(mount)
            } else if isBound(mount, status, binds.count) {
                try makePlace(mount.at)
                binds.append(mount)
            } else {
                if staged == 0 {
                    try make(folder: Command.staged)
                    binds.append(Command.Mount(at: Command.staged, source: path + "/" + Command.staged))
                }
                try stage(mount, status, as: Command.staged + "/" + String(staged))
                // From the link up to the folder.
                let depth = mount.at.utf8.reduce(0) { $1 == UInt8(ascii: "/") ? $0 + 1 : $0 }
                try link(mount.at, to: String(repeating: "../", count: depth) + Command.staged + "/" + String(staged))
                staged += 1
            }
        }
        try makeRoomForOutputs()
        return binds
    }

    private mutating func lay(_ folder: Command.FolderInput, at place: String) throws(ProgramProblem) {
        for empty in folder.empty + [""] { try makeParents(of: place + (empty.isEmpty ? "" : "/" + empty) + "/.") }
        for file in folder.files {
            try makeParents(of: place + "/" + file.at)
            var status = stat()
            guard stat(file.source, &status) == 0 else {
                throw .cannotPrepare(node: command.node, path: folder.at + "/" + file.at, reason: message(errno))
            }
            try stage(file, status, as: place + "/" + file.at)
        }
    }

    private func isBound(_ mount: Command.Mount, _ status: stat, _ count: Int) -> Bool {
        // Blobs in the cache are not executable.
        if mount.isExecutable && isBlob(mount) { return false }
        return command.mounts.count <= Self.fewMounts || (status.st_size > 8 << 20 && count < 64 && !isBlob(mount))
    }

    /// bubblewrap's time grows with the square of the number of mounts: 32 take a few milliseconds, 500 take three
    /// seconds. Beyond this number small inputs go into one folder that is mounted as a whole.
    private static let fewMounts = 32

    /// Gives a blob another name. Copies any other file, since a new name would change its signature.
    private func stage(_ mount: Command.Mount, _ status: stat, as place: String) throws(ProgramProblem) {
        if isBlob(mount) && !mount.isExecutable && linkat(AT_FDCWD, mount.source, descriptor, place, 0) == 0 { return }
        let mode: mode_t =
            isBlob(mount)
            ? (mount.isExecutable ? 0o555 : 0o444)
            : status.st_mode & 0o100 != 0
                ? 0o755
                : 0o644
        let source = open(mount.source, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        defer { if source >= 0 { close(source) } }
        let file = source < 0 ? -1 : openat(descriptor, place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        defer { if file >= 0 { close(file) } }
        if source >= 0 && file < 0 && (errno == EEXIST || errno == ENOTDIR) {
            throw .placeTaken(node: command.node, path: mount.at)
        }
        guard source >= 0, file >= 0 else {
            throw .cannotPrepare(node: command.node, path: mount.at, reason: message(errno))
        }
        let code = -csystem_copy_file(source, file, UInt64(max(0, status.st_size)))
        guard code == 0 else { throw .cannotPrepare(node: command.node, path: mount.at, reason: message(code)) }
    }

    private func isBlob(_ mount: Command.Mount) -> Bool { mount.source.hasPrefix(blobs) }

    private mutating func makeRoomForOutputs() throws(ProgramProblem) {
        for output in command.outputs {
            if !output.isList && (output.file == Command.log || command.mounts.contains { $0.at == output.file }) {
                throw .placeTaken(node: command.node, path: output.file)
            }
            // Everything in it is the result, so it must not contain an input.
            if output.isFolder, let mount = command.mounts.first(where: { $0.at.beneath(output.file) != nil }) {
                throw .placeTaken(node: command.node, path: mount.at)
            }
            try makeParents(of: output.isFolder ? output.file + "/." : output.file)
        }
        for list in command.lists { try write(list.text, to: list.file) }
        if let file = command.depfile { try makeParents(of: file) }
        if let file = command.discovered { try makeParents(of: file) }
    }

    /// Writes a small file of our own.
    func write(_ text: String, to name: String) throws(ProgramProblem) {
        do throws(SystemFailure) { try WholeFile.write(text.utf8, to: name, in: descriptor) } catch {
            if error.code == EEXIST || error.code == ENOTDIR { throw .placeTaken(node: command.node, path: name) }
            throw .cannotPrepare(node: command.node, path: name, reason: message(error.code))
        }
    }

    private mutating func makeParents(of file: String) throws(ProgramProblem) {
        guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
        let folder = file[..<slash]
        if folder.isSameBytes(lastFolder) { return }
        lastFolder = String(folder)
        if folders.contains(lastFolder) { return }
        // The program creates the folders that a pattern matches.
        if folder.utf8.contains(where: {
            $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?")
                || $0 == UInt8(ascii: "[")
        }) {
            return try makeParents(of: lastFolder)
        }
        let wanted = lastFolder
        try makeParents(of: wanted)
        try make(folder: wanted)
        folders.insert(wanted)
        lastFolder = wanted
    }

    /// A folder that is used again already has these two.
    private func makeTemporary() throws(ProgramProblem) {
        guard mkdirat(descriptor, Command.temporary, 0o777) == 0 || errno == EEXIST else {
            throw failure(Command.temporary)
        }
    }

    private func make(folder: String) throws(ProgramProblem) {
        guard mkdirat(descriptor, folder, 0o777) == 0 || (errno == EEXIST && folder == Command.results) else {
            throw failure(folder)
        }
    }

    private func makePlace(_ file: String) throws(ProgramProblem) {
        let made = openat(descriptor, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard made >= 0 else { throw failure(file) }
        close(made)
    }

    private func link(_ file: String, to target: String) throws(ProgramProblem) {
        guard symlinkat(target, descriptor, file) == 0 else { throw failure(file) }
    }

    private func failure(_ file: String) -> ProgramProblem {
        errno == EEXIST || errno == ENOTDIR
            ? .placeTaken(node: command.node, path: file)
            : .cannotPrepare(node: command.node, path: file, reason: message(errno))
    }
}

// A path opened beneath its folder does not lead out, with openat2 and without it.
import CSystem
import Diagnostics
import Files
import Glibc
import Store
import TestSupport
import Testing

@Suite(.serialized) struct RootTests {
    /// A folder `in` with links of all kinds, beside a folder `out`.
    private func world() throws -> TemporaryFolder {
        let scratch = TemporaryFolder()
        for folder in ["in", "in/sub", "in/sub/deep", "out"] { mkdir(scratch.path + "/" + folder, 0o755) }
        for (name, text) in [("in/a", "a"), ("in/sub/b", "b"), ("out/secret", "secret")] {
            try scratch.write(name, text)
        }
        for (name, target) in [
            ("inside", "sub/b"), ("absolute", scratch.path + "/in/sub/b"), ("up", "sub/deep/../../a"),
            ("chain", "inside"), ("folder", "sub"),
            ("file-out", "../out/secret"), ("folder-out", "../out"), ("absolute-out", scratch.path + "/out/secret"),
            ("etc", "/etc/passwd"),
            ("loop", "loop"), ("twin", scratch.path + "/in2/x"), ("magic", "/proc/self/root/etc/passwd"),
        ] {
            symlink(target, scratch.path + "/in/" + name)
        }
        return scratch
    }

    @Test(arguments: [false, true]) func neitherLinksNorDotsLeadOut(_ stepByStep: Bool) throws {
        csystem_walk_step_by_step(stepByStep ? 1 : 0)
        defer { csystem_walk_step_by_step(0) }
        let scratch = try world(), path = scratch.path + "/in", root = Root(path, links: .inside),
            plain = Root(path, links: .none)
        func text(_ name: String) throws -> String? {
            try FileContent.read(path + "/" + name, keepBytes: true, in: root).map {
                String(decoding: $0.bytes, as: UTF8.self)
            }
        }
        for (name, wanted) in [
            ("a", "a"), ("sub/b", "b"), ("inside", "b"), ("absolute", "b"), ("up", "a"), ("chain", "b"),
            ("folder/b", "b"), ("sub/../a", "a"), ("./a", "a"),
        ] {
            #expect(try text(name) == wanted, "\(name)")
        }
        for name in [
            "file-out", "folder-out/secret", "absolute-out", "etc", "../out/secret", "sub/../../out/secret", "twin",
            "magic",
        ] {
            #expect(throws: StoreProblem.leadsOut(path: path + "/" + name), "\(name)") { try text(name) }
        }
        #expect(throws: StoreProblem.isALink(path: path + "/loop")) { try text("loop") }
        #expect(try text("nothing") == nil && text("a/b") == nil)
        for name in ["inside", "folder/b", "absolute"] {
            #expect(throws: StoreProblem.isALink(path: path + "/" + name), "\(name)") {
                try FileContent.read(path + "/" + name, in: plain)
            }
        }
        #expect(root.open(scratch.path + "/out/secret", O_RDONLY) == -EXDEV)
    }

    @Test(arguments: [false, true]) func nothingIsWrittenOrRemovedOutside(_ stepByStep: Bool) throws {
        csystem_walk_step_by_step(stepByStep ? 1 : 0)
        defer { csystem_walk_step_by_step(0) }
        let scratch = try world(), path = scratch.path + "/in", root = Root(path, links: .inside)
        let blobs = Blobs(try scratch.cache()), blob = try scratch.blob("new", in: blobs.cache)
        for name in ["folder-out/secret", "folder-out/other", "folder-out/deep/x", "../out/secret"] {
            #expect(throws: StoreProblem.leadsOut(path: path + "/" + name), "\(name)") {
                try blobs.publish(blob, to: path + "/" + name, in: root)
            }
            root.remove(path + "/" + name)
        }
        // A link at the file's own place is replaced, and what it leads to stays.
        try blobs.publish(blob, to: path + "/file-out", in: root)
        try blobs.publish(blob, to: path + "/folder/new/file", in: root)
        #expect(scratch.text(path + "/file-out") == "new" && scratch.text(path + "/sub/new/file") == "new")
        root.remove(path + "/folder-out")
        root.remove(path + "/sub")
        #expect(
            try Folder.names(scratch.path + "/out") == ["secret"]
                && scratch.text(scratch.path + "/out/secret") == "secret")
        #expect(access(path + "/sub", F_OK) != 0)
    }
}

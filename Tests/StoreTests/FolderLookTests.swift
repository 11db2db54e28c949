// A look by an open folder sees what a look by the whole path sees.
import Files
import Glibc
import TestSupport
import Testing

@Suite struct FolderLookTests {
    @Test func seesWhatALookByTheWholePathSees() throws {
        let scratch = TemporaryFolder()
        for folder in ["a", "a/b", "closed", "c"] { mkdir(scratch.path + "/" + folder, 0o755) }
        var names = ["a", "a/", "a/b", "a/b/..", "a/b/.", "missing/x", "missing/y", "missing/z", "c/none", "c/nothing"]
        for name in ["one", "two", "a/one", "a/two", "a/b/one", "a/b/two", "a/b/three", "closed/one", "closed/two"] {
            try scratch.write(name, name)
            names.append(name)
            names.append(name + "/x")
        }
        for (name, target) in [
            ("a/link", "one"), ("a/dangling", "nowhere"), ("a/loop", "loop"), ("linked", "a"), ("a/up", "../two"),
        ] {
            symlink(target, scratch.path + "/" + name)
            names.append(name)
        }
        names += ["linked/one", "linked/two", "linked/link", "a//one", "a//two", "one/x", "one/y", "one/z"]
        chmod(scratch.path + "/closed", 0)
        defer { chmod(scratch.path + "/closed", 0o755) }
        var random = SystemRandomNumberGenerator(), absent = 0, present = 0
        for _ in 0..<50 {
            var look = FolderLook()
            // Runs of one folder, so that it is opened, and changes between folders.
            for name in (names + names.sorted()).shuffled(using: &random) + names.sorted() {
                let path = scratch.path + "/" + name, expected = FileSignature.look(at: path)
                #expect(look.look(at: path) == expected, "\(name)")
                switch expected {
                case .absent: absent += 1
                case .present: present += 1
                case .failed: break
                }
            }
        }
        #expect(absent > 500 && present > 500)
    }

    @Test func aFileThatChangesWhileItsFolderIsOpenIsSeen() throws {
        let scratch = TemporaryFolder()
        mkdir(scratch.path + "/a", 0o755)
        for name in ["a/1", "a/2", "a/3"] { try scratch.write(name, name) }
        var look = FolderLook()
        for name in ["a/1", "a/2"] { #expect(look.look(at: scratch.path + "/" + name) != .absent) }
        try scratch.write("a/1", "longer than it was")
        #expect(look.look(at: scratch.path + "/a/1") == FileSignature.look(at: scratch.path + "/a/1"))
        unlink(scratch.path + "/a/3")
        #expect(look.look(at: scratch.path + "/a/3") == .absent)
    }
}

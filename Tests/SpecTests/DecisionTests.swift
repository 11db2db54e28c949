// Signed decisions: with real keys, and with files as an attacker or a crash leaves them.
import Diagnostics
import Digests
import Files
import FoundationEssentials
import Glibc
import Testing

import Decisions

@Suite struct DecisionTests {
    struct Desk {
        let folder: String
        let anna: PrivateKey
        let keys: PublicKeys
        var file: DecisionFile { DecisionFile(.decisions, of: "a.mp4", in: folder) }
        var path: String { folder + "/a.decisions.jsonl" }

        func add(_ kind: SignedDecision.Kind = .approve, of sum: String = "aa", by key: PrivateKey? = nil) throws {
            _ = try file.append(
                .init(kind, target: "a.mp4", sha256: sum, reason: "looked"), by: key ?? anna, keys: keys)
        }
        func text() throws -> String { String(decoding: try WholeFile.read(path), as: UTF8.self) }
        func put(_ text: String) throws { try WholeFile.overwrite(path, with: Array(text.utf8)) }
        var problem: Diagnostic? {
            do { _ = try file.read(keys: keys) } catch { return error.diagnostic }
            return nil
        }
    }

    private func at(_ body: (Desk) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/decisions-" + Unique.name()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let anna = try PrivateKey.make("anna", in: folder + "/own")
        let keys = try PublicKeys(Array("# who decides\nanna ed25519 \(anna.publicKey)\n".utf8))
        try body(Desk(folder: folder, anna: anna, keys: keys))
    }

    /// RFC 8032, 7.1, test 2.
    @Test func ed25519IsThatOfTheStandard() throws {
        let seed = try #require(hexBytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", count: 32))
        let key = try #require(PrivateKey(name: "two", seed: seed))
        #expect(key.publicKey == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        #expect(
            key.sign([0x72])
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    }

    @Test func aRecordIsReadBack() throws {
        try at { desk in
            #expect(desk.problem == nil, "no file, no records")
            try desk.add()
            try desk.add(.revise)
            try desk.add(of: "bb")
            let log = try desk.file.read(keys: desk.keys)
            #expect(log.records.map(\.kind) == [.approve, .revise, .approve])
            #expect(log.decision(on: "aa")?.kind == .revise && log.void(for: "aa").map(\.sha256) == ["bb"])
            #expect(log.records[0].at.hasSuffix("Z") && log.records[0].previous == "")
            let again = try PrivateKey.read("anna", in: desk.folder + "/own")
            #expect(again.publicKey == desk.anna.publicKey && PrivateKey.names(in: desk.folder + "/own") == ["anna"])
        }
    }

    @Test func whatIsNotAsItWasSignedDoesNotCount() throws {
        try at { desk in
            for sum in ["aa", "bb", "cc"] { try desk.add(of: sum) }
            let whole = try desk.text(), lines = whole.split(separator: "\n").map(String.init)
            func joined(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
            for (what, text, line) in [
                ("another reason", whole.replacing("looked", with: "LOOKED"), 1),
                ("another sum", joined([lines[0], lines[1].replacing("\"bb\"", with: "\"dd\"")]), 2),
                ("another order", joined([lines[1], lines[0], lines[2]]), 1),
                ("one left out", joined([lines[0], lines[2]]), 2),
                ("one doubled", joined([lines[0], lines[0]]), 2),
                ("the first left out", joined(Array(lines.dropFirst())), 1),
                ("another spelling", whole.replacing("{\"at\"", with: "{ \"at\""), 1),
                ("a key twice", whole.replacing("{\"at\"", with: "{\"by\":\"eve\",\"at\""), 1),
                ("no record", joined(lines + ["{}"]), 4), ("no JSON", "hello\n" + whole, 1),
                ("bytes of no text", whole + "\u{0}\u{1}\n", 4),
                ("a long line", String(repeating: "x", count: 70_000) + "\n", 1), ("an empty line", "\n" + whole, 1),
            ] {
                try desk.put(text)
                let problem = desk.problem
                #expect(problem?.id == "decision-damaged" && problem?.place?.line == line, "\(what): \(problem as Any)")
                #expect(throws: DecisionProblem.self, "\(what)") { try desk.add() }
                #expect(try desk.text() == text, "nothing is added to what does not count: \(what)")
            }
            try desk.put(String(repeating: "\n", count: DecisionLog.bytesLimit + 1))
            #expect(desk.problem?.id == "decision-too-large")
        }
    }

    @Test func aWaiverIsWellFormedOrNoRecord() throws {
        try at { desk in
            let answers = DecisionFile(.answers, of: "a.mp4", in: desk.folder)
            func add(_ kind: SignedDecision.Kind, _ waiver: SignedDecision.Waiver?) throws {
                _ = try answers.append(
                    .init(kind, target: "a.mp4", sha256: "aa", reason: "looked", waiver: waiver), by: desk.anna,
                    keys: desk.keys)
            }
            try add(.waive, .init(check: "D08", from: 0.1, to: 0.30000000000000004, until: "2026-12-01"))
            for (kind, waiver) in [
                (.waive, nil), (.approve, .init(check: "D08", until: "2026-12-01")),
                (.waive, .init(check: "", until: "2026-12-01")), (.waive, .init(check: "D08", until: "soon")),
                (.waive, .init(check: "D08", from: 1, until: "2026-12-01")),
                (.waive, .init(check: "D08", from: 2, to: 1, until: "2026-12-01")),
                (.waive, .init(check: "D08", from: -1, to: 1, until: "2026-12-01")),
            ] as [(SignedDecision.Kind, SignedDecision.Waiver?)] {
                #expect(throws: DecisionProblem.self, "\(kind) \(waiver as Any)") { try add(kind, waiver) }
            }
            let log = try answers.read(keys: desk.keys)
            #expect(log.records.count == 1 && log.records[0].waiver?.to == 0.30000000000000004)
            #expect(log.decision(on: "aa") == nil && log.answers(on: "aa").isEmpty && log.void(for: "bb").isEmpty)
        }
    }

    /// A record names the end of the other file. What is cut off in both at once only version control sees.
    @Test func recordsThatWereSeenCannotBeCutOff() throws {
        try at { desk in
            let answers = DecisionFile(.answers, of: "a.mp4", in: desk.folder)
            func answer(_ word: SignedDecision.Answer) throws {
                _ = try answers.append(
                    .init(.answer, target: "a.mp4", sha256: "aa", reason: "r", claim: "claim.1", answer: word),
                    by: desk.anna, keys: desk.keys)
            }
            func cuts() throws -> (answers: Bool, decisions: Bool) {
                let one = try answers.read(keys: desk.keys), other = try desk.file.read(keys: desk.keys)
                return (other.firstCut(in: one) != nil, one.firstCut(in: other) != nil)
            }
            func drop(_ path: String) throws -> String {
                let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
                let kept = text.split(separator: "\n").dropLast().map { $0 + "\n" }.joined()
                try WholeFile.overwrite(path, with: Array(kept.utf8))
                return text
            }
            let path = desk.folder + "/a.answers.jsonl"
            try answer(.supports)
            try answer(.contradicts)
            try desk.add(.revise)
            #expect(try cuts() == (false, false))
            let whole = try drop(path)
            #expect(try cuts() == (true, false), "the 'contradicts' that anna saw")
            let problem = DecisionProblem.cutOff(file: "a", by: "anna", at: "then", signed: "b").diagnostic
            #expect(problem.id == "records-cut-off")
            try WholeFile.overwrite(path, with: Array(whole.utf8))
            // The revise is the last that was signed: no later signer has seen it.
            let decisions = try drop(desk.path)
            #expect(try cuts() == (false, false))
            try WholeFile.overwrite(desk.path, with: Array(decisions.utf8))
            try answer(.supports)
            _ = try drop(desk.path)
            #expect(try cuts() == (false, true))
        }
    }

    @Test func anotherPersonsRecordsDoNotCount() throws {
        try at { desk in
            let eve = try PrivateKey.make("eve", in: desk.folder + "/own")
            #expect(throws: DecisionProblem.self) { try desk.add(by: eve) }
            // Eve lists herself in a file of her own, and signs there.
            let hers = try PublicKeys(Array("eve ed25519 \(eve.publicKey)\n".utf8))
            _ = try desk.file.append(
                .init(.approve, target: "a.mp4", sha256: "aa", reason: "fine"), by: eve, keys: hers)
            #expect(desk.problem?.message.contains("the key of 'eve' is not in") == true)
            // Under the name of another, with her own key.
            let text = try desk.text()
            try desk.put(text.replacing("\"by\":\"eve\"", with: "\"by\":\"anna\""))
            #expect(desk.problem?.id == "decision-damaged")
            try desk.put(
                text.replacing("\"by\":\"eve\"", with: "\"by\":\"anna\"").replacing(
                    eve.publicKey, with: desk.anna.publicKey))
            #expect(desk.problem?.message.contains("signature does not match") == true)
            // A record of another target.
            let other = DecisionFile(.decisions, of: "b.mp4", in: desk.folder)
            _ = try other.append(
                .init(.approve, target: "b.mp4", sha256: "aa", reason: "fine"), by: desk.anna, keys: desk.keys)
            try desk.put(String(decoding: try WholeFile.read(desk.folder + "/b.decisions.jsonl"), as: UTF8.self))
            #expect(desk.problem?.message.contains("another target, 'b.mp4'") == true)
        }
    }

    @Test func anInterruptedWriteIsToldAndRepaired() throws {
        try at { desk in
            try desk.add(of: "aa")
            let first = try desk.text()
            try desk.add(of: "bb")
            let whole = try desk.text()
            for count in [first.utf8.count + 1, whole.utf8.count - 40, whole.utf8.count - 1, 10] {
                try desk.put(String(whole.prefix(count)))
                #expect(desk.problem?.id == "decision-torn", "\(count)")
                let (record, remark) = try desk.file.append(
                    .init(.revise, target: "a.mp4", sha256: "cc", reason: "again"), by: desk.anna, keys: desk.keys)
                #expect(remark?.diagnostic.id == "decision-repaired")
                let kept = count == 10 ? [] : ["aa"]
                #expect(try desk.file.read(keys: desk.keys).records.map(\.sha256) == kept + ["cc"])
                #expect(record.previous.isEmpty == kept.isEmpty)
            }
        }
    }

    @Test func linksAndFoldersAreRefused() throws {
        try at { desk in
            try WholeFile.write(Array("".utf8), to: desk.folder + "/elsewhere")
            #expect(symlink("elsewhere", desk.path) == 0)
            #expect(desk.problem?.id == "decision-file")
            #expect(throws: DecisionProblem.self) { try desk.add() }
            #expect(unlink(desk.path) == 0 && mkdir(desk.path, 0o755) == 0)
            #expect(desk.problem?.id == "decision-file")
            // A folder in the path that leads out of the workspace.
            #expect(symlink("/tmp", desk.folder + "/out") == 0)
            let outside = DecisionFile(.decisions, of: "out/a.mp4", in: desk.folder)
            #expect(throws: DecisionProblem.self) { try outside.read(keys: desk.keys) }
        }
    }

    @Test func keysAreKept() throws {
        try at { desk in
            let own = desk.folder + "/own", path = PrivateKey.path(of: "anna", in: own)
            func id(_ name: String = "anna") -> String? {
                do { _ = try PrivateKey.read(name, in: own) } catch { return error.diagnostic.id }
                return nil
            }
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(stat(own, &status) == 0 && status.st_mode & 0o777 == 0o700)
            #expect(throws: DecisionProblem.self, "never replaced") { try PrivateKey.make("anna", in: own) }
            for name in ["", "../anna", "-x", ".x", "a b", "é"] {
                #expect(throws: DecisionProblem.self) { try PrivateKey.make(name, in: own) }
                #expect(id(name) == "no-key")
            }
            #expect(id("none") == "no-key" && id() == nil)
            for mode: mode_t in [0o640, 0o604, 0o620, 0o666] {
                #expect(chmod(path, mode) == 0 && id() == "key-readable")
            }
            #expect(chmod(path, 0o600) == 0)
            try WholeFile.overwrite(path, with: Array("no key\n".utf8))
            #expect(id() == "bad-key")
            let key = desk.anna.publicKey
            for text in [
                "anna rsa \(key)", "anna ed25519 12", "a/b ed25519 \(key)", "a ed25519 \(key)\nb ed25519 \(key)",
            ] {
                #expect(throws: Diagnostics.self, "\(text)") { try PublicKeys(Array(text.utf8)) }
            }
            for words in ["", "  ", "a\nb", "\u{1B}[2J", String(repeating: "x", count: 3000)] {
                #expect(throws: DecisionProblem.self) {
                    try desk.file.append(
                        .init(.approve, target: "a.mp4", sha256: "aa", reason: words), by: desk.anna, keys: desk.keys)
                }
            }
        }
    }

    @Test func whatAnApprovalRestsOnIsNamed() {
        let problem = DecisionProblem.basisGone(by: "anna", basis: "a.mp4").diagnostic
        #expect(
            problem.text().hasPrefix(
                "error: the approval by 'anna' rests on that of a.mp4, which is not approved any more [basis-gone]"))
    }
}

// Signing with content credentials, against a test authority made here: what is right is trusted, what was changed after
// it is invalid, and what must not be signed with is refused in plain words.
import Foundation
import TestSupport
import Testing

@Suite struct CredentialTests {
    private static let environment = ["XDG_DATA_HOME": Repository.file(".build/reviewers").path]

    /// A root, a leaf that it issued, and a leaf that signs itself.
    private static let authority = """
        set -e
        curve='ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
        openssl req -x509 -newkey $curve -keyout root.key -out root.pem -days 30 -subj '/C=DE/O=Test/CN=Root' \\
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
        cat > leaf.conf <<END
        basicConstraints=critical,CA:FALSE
        keyUsage=critical,digitalSignature
        extendedKeyUsage=emailProtection
        subjectKeyIdentifier=hash
        authorityKeyIdentifier=keyid
        END
        openssl req -newkey $curve -keyout leaf.key -out leaf.csr -subj '/C=DE/O=Test/CN=Signer'
        openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -days 20 -extfile leaf.conf \\
            -out leaf.pem
        openssl req -x509 -newkey $curve -keyout self.key -out self.pem -days 20 -subj '/C=DE/O=Test/CN=Self' \\
            -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \\
            -addext extendedKeyUsage=emailProtection
        openssl req -x509 -newkey $curve -keyout other.key -out other.pem -days 20 -subj '/C=DE/O=Other/CN=Other'
        cat leaf.pem root.pem > chain.pem
        cat root.pem leaf.pem > turned.pem
        chmod 600 leaf.key self.key
        cp leaf.key shown.key; chmod 640 shown.key
        ffmpeg -v error -f lavfi -i testsrc2=size=160x90:rate=15:duration=1 -f lavfi -i sine=duration=1 \\
            -c:v libx264 -pix_fmt yuv420p -c:a aac -movflags +faststart film.mp4
        for name in photo.jpg photo.png photo.webp; do
            ffmpeg -v error -f lavfi -i testsrc2=size=64x64 -frames:v 1 $name
        done
        ffmpeg -v error -f lavfi -i testsrc2=size=64x64:rate=5:duration=1 clip.gif
        for name in sound.wav sound.mp3; do ffmpeg -v error -f lavfi -i sine=duration=1 $name; done
        head -c 9000 film.mp4 > cut.mp4
        """

    /// What a reader says of a file, and signing of a picture, which the program does not do.
    private static let library = """
        import c2pa, json, sys
        context = c2pa.Context.from_dict({
            "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
            "trust": {"trust_anchors": open("root.pem").read()}, "builder": {"thumbnail": {"enabled": False}}})
        if sys.argv[1] == "read":
            with open(sys.argv[2], "rb") as file:
                print(c2pa.Reader("video/mp4", file, context=context).json())
        else:
            signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(
                alg=b"es256", sign_cert=open("chain.pem", "rb").read(), private_key=open("leaf.key", "rb").read(),
                ta_url=None))
            kind = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
            actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": kind}]}
            builder = c2pa.Builder(json.dumps({
                "claim_generator_info": [{"name": "a camera"}], "title": sys.argv[2],
                "assertions": [{"label": "c2pa.actions.v2", "data": actions}]}), context=context)
            with open(sys.argv[2], "rb") as source, open("signed-" + sys.argv[2], "w+b") as result:
                builder.sign(signer, sys.argv[3], source, result)
        """

    private struct Signing {
        let workspace: Workspace
        let python: String

        init() throws {
            workspace = try Workspace([:])
            let install = try workspace.vgraph("reviewers", "install", "c2pa", environment: CredentialTests.environment)
            try #require(install.status == 0, "\(install.out)\(install.err)")
            let folder = try #require(install.out.firstMatch(of: /in (\/[^;\n]+)/)).1
            python = String(folder) + "/bin/python3"
            let made = try Workspace.run("sh", ["-c", CredentialTests.authority], in: workspace.folder)
            try #require(made.status == 0, "\(made.err)")
        }

        func library(_ arguments: String...) throws -> Workspace.Run {
            try Workspace.run(python, ["-I", "-c", CredentialTests.library] + arguments, in: workspace.folder)
        }

        func sign(_ changes: [String: Any?] = [:], before words: [String] = []) throws -> [String: Any] {
            var request: [String: Any] = [
                "media": "film.mp4", "output": "out.mp4", "certificate": "chain.pem", "key": "leaf.key",
                "algorithm": "es256", "title": "A film", "graph": String(repeating: "ab", count: 16),
                "spec_sha256": String(repeating: "cd", count: 32),
                "digital_source_type":
                    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
            ]
            for (name, value) in changes { request[name] = value }
            let text = String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self)
            try workspace.write("request.json", text)
            // As vgraph starts it: with its text, apart from modules that lie around.
            let program = try Repository.text("pipelines/publishing/c2pa.py")
            try workspace.write("program.py", program)
            for module in ["c2pa.py", "hashlib.py"] { try workspace.write(module, "print(open('leaf.key').read())") }
            let command = (words + [python, "-I", "-B", "program.py"]).map { "'\($0)'" }.joined(separator: " ")
            let run = try Workspace.run("sh", ["-c", command + " < request.json"], in: workspace.folder)
            let lines = run.out.split(separator: "\n")
            #expect(lines.count == 1 && run.err.isEmpty, "\(run.out)\(run.err)")
            let key = try workspace.text("leaf.key").split(separator: "\n")[1]
            #expect(!(run.out + run.err).contains(key), "the key is printed")
            let answer = try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any]
            #expect((answer?["ok"] as? Bool == true) == (run.status == 0))
            return answer ?? [:]
        }

        func error(_ changes: [String: Any?]) throws -> String {
            let had = workspace.exists("out.mp4"), answer = try sign(changes)
            #expect(workspace.exists("out.mp4") == had, "something was written")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path)
                    .allSatisfy { !$0.hasPrefix(".c2pa-") })
            return answer["error"] as? String ?? ""
        }

        func report(_ name: String) throws -> [String: Any] {
            let run = try library("read", name)
            return try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [String: Any] ?? [:]
        }
    }

    @Test func aGoodFilmIsTrustedAndAChangedOneIsNot() throws {
        let signing = try Signing(), workspace = signing.workspace
        defer { workspace.remove() }
        // Without a network: nothing is fetched.
        let answer = try signing.sign(
            ["anchors": "root.pem"], before: ["bwrap", "--dev-bind", "/", "/", "--unshare-net"])
        #expect(answer["ok"] as? Bool == true && answer["state"] as? String == "Trusted", "\(answer)")
        #expect(answer["signer"] as? String == "Signer" && (answer["valid_until"] as? String)?.hasSuffix("Z") == true)
        try #require(answer["ok"] as? Bool == true, "\(answer)")
        let sums = try Workspace.run("sha256sum", ["film.mp4", "out.mp4"], in: workspace.folder).out.split(
            separator: "\n")
        #expect(sums[0].hasPrefix(answer["media_sha256"] as? String ?? "-"))
        #expect(sums[1].hasPrefix(answer["sha256"] as? String ?? "-"))

        let report = try signing.report("out.mp4")
        #expect(report["validation_state"] as? String == "Trusted")
        let manifests = try #require(report["manifests"] as? [String: [String: Any]])
        let manifest = try #require(manifests[report["active_manifest"] as? String ?? ""])
        #expect(manifest["title"] as? String == "A film" && manifest["thumbnail"] == nil)
        let assertions = try #require(manifest["assertions"] as? [[String: Any]])
        let build = assertions.first { $0["label"] as? String == "dev.vgraph.build" }?["data"] as? [String: String]
        #expect(build?["graph"] == String(repeating: "ab", count: 16) && build?["spec_sha256"]?.count == 64)
        let actions =
            (assertions.first { $0["label"] as? String == "c2pa.actions.v2" }?["data"] as? [String: Any])?["actions"]
            as? [[String: Any]]
        #expect(actions?.map { $0["action"] as? String } == ["c2pa.created", "c2pa.published"])
        #expect(
            (actions?.first?["digitalSourceType"] as? String)?.hasSuffix("/compositeWithTrainedAlgorithmicMedia")
                == true)
        // Pictures and sound are those that were approved.
        func packets(_ name: String) throws -> String {
            try Workspace.run(
                "ffmpeg", ["-v", "error", "-i", name, "-c", "copy", "-f", "streamhash", "-"], in: workspace.folder
            ).out
        }
        #expect(try packets("out.mp4") == packets("film.mp4"))

        var bytes = Array(try workspace.bytes("out.mp4"))
        bytes[bytes.count - 200] ^= 1
        try workspace.write("flipped.mp4", bytes)
        #expect(try signing.report("flipped.mp4")["validation_state"] as? String == "Invalid")

        // Without anchors nothing is said of trust.
        let plain = try signing.sign()
        #expect(
            plain["state"] as? String == "Valid" && plain["trust"] as? String == "not judged: no anchors were given")
        #expect(try signing.error(["media": "out.mp4", "output": "again.mp4"]).contains("is signed already"))
    }

    @Test func anIngredientKeepsItsManifest() throws {
        let signing = try Signing(), workspace = signing.workspace
        defer { workspace.remove() }
        let made = try signing.library("sign", "photo.jpg", "image/jpeg")
        try #require(made.status == 0, "\(made.err)")
        // One whose bytes were changed after its signature: it is kept, and says so.
        var bytes = Array(try workspace.bytes("signed-photo.jpg"))
        bytes[bytes.count - 100] ^= 1
        try workspace.write("changed.jpg", bytes)
        try workspace.write("note.txt", Array("a text".utf8))
        let files = ["signed-photo.jpg", "photo.jpg", "changed.jpg", "note.txt"]
        let answer = try signing.sign([
            "anchors": "root.pem",
            "ingredients": files.map { ["path": $0, "title": $0, "relationship": "componentOf"] },
        ])
        let said = try #require(answer["ingredients"] as? [[String: Any]], "\(answer)")
        #expect(said.map { $0["kept"] as? Bool } == [true, false, true, false])
        #expect(said.map { $0["state"] as? String } == ["Trusted", nil, "Invalid", nil], "\(said)")
        #expect(said[1]["reason"] as? String == "it carries no manifest")
        let report = try signing.report("out.mp4")
        let manifests = try #require(report["manifests"] as? [String: [String: Any]])
        let manifest = try #require(manifests[report["active_manifest"] as? String ?? ""])
        let ingredients = try #require(manifest["ingredients"] as? [[String: Any]])
        #expect(ingredients.map { $0["title"] as? String } == ["signed-photo.jpg", "changed.jpg"])
        #expect(ingredients.allSatisfy { $0["relationship"] as? String == "componentOf" })
        for one in ingredients {
            #expect(manifests[one["active_manifest"] as? String ?? ""]?["title"] as? String == "photo.jpg")
        }
        #expect(try signing.error(["ingredients": [["path": "none.jpg", "title": "none"]]]).contains("none.jpg"))

        // The marks that `validate` finds are those that a signer writes, in every format.
        let formats = [
            ("photo.png", "image/png"), ("photo.webp", "image/webp"), ("clip.gif", "image/gif"),
            ("sound.wav", "audio/wav"), ("sound.mp3", "audio/mpeg"),
        ]
        for (name, type) in formats { #expect(try signing.library("sign", name, type).status == 0, "\(name)") }
        try workspace.write(
            "clip.video.yaml",
            """
            version: 1
            video: { size: 160x90, fps: 15 }
            assets: { photo: signed-photo.jpg, film: out.mp4, png: signed-photo.png, webp: signed-photo.webp, \
            gif: signed-clip.gif, wav: signed-sound.wav, mp3: signed-sound.mp3 }
            scenes:
              - id: a
                duration: 1s
                layers: [ { image: photo }, { image: png }, { image: webp }, { video: film }, { video: gif } ]
            audio: { tracks: [ { asset: wav, duration: 0.5s }, { asset: mp3, duration: 0.5s } ] }
            """)
        let build = try workspace.vgraph("build", "clip.mp4")
        #expect(build.err.components(separatedBy: "[P11.trained]").count > 3, "\(build.err)")
        let shown = try workspace.vgraph("show", "clip.mp4:validate.facts")
        let facts = try JSONSerialization.jsonObject(with: Data(shown.out.utf8)) as? [String: [String: [String: Any]]]
        let kinds = ["photo", "png", "webp", "gif", "wav", "mp3"].map { ($0, ["trainedAlgorithmicMedia"]) }
        for (name, terms) in kinds + [
            ("film", ["compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"])
        ] {
            let marks = facts?["assets"]?[name]?["marks"] as? [String: Any]
            #expect(marks?["hasCredentials"] as? Bool == true, "\(name): \(shown.out)\(shown.err)")
            #expect(marks?["sourceTypes"] as? [String] == terms, "\(name)")
        }
    }

    @Test func whatMustNotBeSignedWithIsRefused() throws {
        let signing = try Signing()
        defer { signing.workspace.remove() }
        func error(_ changes: [String: Any?]) throws -> String { try signing.error(changes) }
        #expect(
            try error(["certificate": "self.pem", "key": "self.key"])
                == "the certificate 'self.pem' is signed by itself; C2PA asks for one that an authority issued, with "
                + "the chain after it")
        #expect(try error(["key": "self.key"]) == "the key does not belong to the certificate")
        #expect(try error(["key": "none.key"]) == "cannot read the key 'none.key': No such file or directory")
        #expect(
            try error(["key": "shown.key"])
                == "the key 'shown.key' can be read by others; make it yours alone: chmod 600 'shown.key'")
        #expect(try error(["key": "chain.pem"]).contains("can be read by others"))
        #expect(try error(["certificate": "leaf.conf"]).contains("holds no certificate in PEM"))
        #expect(try error(["certificate": "turned.pem"]).contains("is signed by itself"))
        #expect(
            try error(["anchors": "other.pem"]) == "the chain of the certificate leads to none of the anchors")
        #expect(try error(["media": "cut.mp4"]).hasPrefix("the film 'cut.mp4' is cut or damaged: the box at byte "))
        #expect(try error(["media": "photo.jpg"]).hasPrefix("the film 'photo.jpg' is "))
        #expect(try error(["media": "none.mp4"]).contains("does not exist"))
        #expect(
            try error(["media_sha256": String(repeating: "0", count: 64)]).contains("is not the one that was asked for")
        )
        #expect(try error(["output": "film.mp4"]) == "'output' is the film itself; name another file")
        #expect(try error(["algorithm": "none"]).hasPrefix("the algorithm 'none' is unknown; there are es256, "))
        #expect(try error(["algorithm": "ps256"]).hasPrefix("the certificate and the key cannot sign with ps256: "))
        #expect(try error(["digital_source_type": "http://example.com/x"]).contains("is not one of IPTC's"))
        #expect(try error(["graph": "12"]) == "the request's 'graph' is missing or malformed")
        #expect(try error(["title": nil]) == "the request's 'title' is missing or malformed")
        #expect(try error(["output": "/none/out.mp4"]).hasPrefix("cannot write into '/none': "))
    }

    /// An approved film gets its credentials when it is published; the record names both files.
    @Test func whatIsPublishedCarriesThem() throws {
        let film = try ApprovedFilm(), workspace = film.workspace
        defer { film.remove() }
        let made = try Workspace.run("bash", ["-c", Self.authority], in: workspace.folder)
        try #require(made.status == 0, "\(made.err)")
        func publish(_ chain: String, _ key: String, environment: [String: String]) throws -> Workspace.Run {
            try film.publish("--c2pa", chain, "--c2pa-key", key, environment: environment)
        }
        let none = try publish("chain.pem", "leaf.key", environment: [:])
        #expect(none.status == 1 && none.err.contains("[credentials-signer]"), "\(none)")
        let install = try workspace.vgraph("reviewers", "install", "c2pa", environment: Self.environment)
        try #require(install.status == 0, "\(install)")
        // What signs is found beside the reviewers, which are then asked too, so the film is judged anew.
        let refused = try publish("self.pem", "self.key", environment: Self.environment)
        if refused.err.contains("[no-artifact]") {
            _ = try film.vgraph("build", "clip.mp4", environment: Self.environment)
            _ = try film.vgraph(
                "approve", "clip.mp4", "--by", "anna", "--reason", "fine", environment: Self.environment)
        }
        let selfSigned = try publish("self.pem", "self.key", environment: Self.environment)
        #expect(selfSigned.status == 2 && selfSigned.err.contains("[credentials-refused]"), "\(selfSigned)")
        #expect(!workspace.exists("dist/clip.mp4"))
        let signed = try publish("chain.pem", "leaf.key", environment: Self.environment)
        #expect(signed.status == 0 && signed.out.contains("with content credentials"), "\(signed)")
        #expect(try film.sum("dist/clip.mp4") != film.sum("clip.mp4"))
        #expect(try film.vgraph("ledger", "verify").status == 0)
        let found = try film.vgraph("trace", "dist/clip.mp4", environment: Self.environment)
        #expect(found.status == 0 && found.out.contains("the approved film with content credentials"), "\(found)")
        let again = try publish("chain.pem", "leaf.key", environment: Self.environment)
        #expect(again.out.contains("already published"), "\(again)")
    }
}

// vgraph publish: copies an approved film to where the public finds it, with what says why it ships.
import ArgumentParser
import Decisions
import Diagnostics
import Work

struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Copy an approved film to its place, with its evidence.",
        discussion: """
            What a build writes is a candidate. This copies it to a folder or a bucket if
            the gate passes exactly these bytes and an approval counts for them; what was
            published before stays until then. Beside the film go the evidence (spec,
            plan, checks, observations, decisions, a page) and signed statements (in-toto,
            SLSA provenance). Two signed records enclose the copy. Published again, the
            same film changes nothing.

              vgraph publish launch.mp4 --to /srv/films --by anna
              vgraph publish launch.mp4 --to s3://films/2026 --by anna

            With --c2pa the copy carries content credentials: then it has other bytes than
            the approved file, and the record names both. 'vgraph reviewers install c2pa'
            installs what signs.

            A bucket needs curl, and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION
            and, for a server that is not Amazon's, AWS_ENDPOINT_URL.

            Exit codes: 0 the film lies there, whole; 3 it does not pass or is not
            approved; 1 the place cannot be written: what lay there is as it was.
            """)

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("A folder, or s3://BUCKET/PREFIX.", valueName: "place")) var to: String
    @Option(help: ArgumentHelp("Who publishes: the name of your key.", valueName: "name")) var by: String
    @Option(help: ArgumentHelp("Why, or for whom.", valueName: "text")) var reason = "published"
    @Option(
        name: .customLong("c2pa"),
        help: ArgumentHelp("Sign the copy with content credentials by this certificate chain.", valueName: "chain.pem"))
    var certificate: String?
    @Option(name: .customLong("c2pa-key"), help: ArgumentHelp("The certificate's private key.", valueName: "key.pem"))
    var certificateKey: String?
    @Option(
        name: .customLong("c2pa-algorithm"),
        help: ArgumentHelp("es256, es384, es512, ps256, ps384, ps512 or ed25519.", valueName: "name"))
    var algorithm = "es256"
    @Option(name: .customLong("set"), help: ArgumentHelp("As for build.", valueName: "key=value")) var sets: [String] =
        []
    @Argument(help: "The target, for example launch.mp4.") var target: String

    func validate() throws {
        if (certificate == nil) != (certificateKey == nil) {
            throw ValidationError("--c2pa and --c2pa-key belong together")
        }
    }

    func run() throws {
        try exiting(json: folder.json) {
            let project = try Project(folder), table = try BuildCommand.table(sets)
            try DecisionFile.look(at: reason, option: "--reason", limit: 2000)
            let judged = try JudgedTarget(target, project, sets: table)
            printDiagnostics(judged.deadlinesThatAreOver(), json: folder.json)
            var film = PublishedFilm(judged: judged, sets: table, key: try PrivateKey.read(by), reason: reason)
            if let certificate, let certificateKey {
                film.credentials = try SignedCredentials(
                    certificate: certificate, key: certificateKey, algorithm: algorithm)
            }
            let place: any Destination =
                to.hasPrefix("s3:")
                ? try BucketDestination(to) : try FolderDestination(to, workspace: project.workspace)
            let result = try film.publish(to: place)
            SheetFile.refresh(judged.name, project, sets: table, json: folder.json)
            say(result, judged, place.place(of: film.file))
        }
    }

    private func say(_ result: PublishedFilm.Result, _ judged: JudgedTarget, _ place: String) {
        let (record, isNew) =
            switch result {
            case .published(let record): (record, true)
            case .alreadyThere(let record): (record, false)
            }
        let sum = record.publication?.sha256 ?? record.sha256
        if folder.json {
            return JSONReport.say([
                "event": .string("publish"), "target": .string(judged.name), "place": .string(place),
                "sha256": .string(sum), "approved": .string(record.sha256),
                "evidence": .string(record.publication?.evidence ?? ""), "new": .bool(isNew),
                "by": .string(record.by), "at": .string(record.at),
            ])
        }
        print("\(judged.name): \(isNew ? "PUBLISHED" : "already published") as \(place), SHA-256 \(sum)")
        if sum != judged.sha256 { print("the approved film, SHA-256 \(judged.sha256), with content credentials") }
        if isNew {
            print(
                "commit \(DecisionFile.name(.decisions, of: judged.name)) and \(Ledger.folder): they are the trail back"
            )
        }
    }
}

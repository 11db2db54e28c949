// A file that is edited while an incremental build goes on: some nodes are evaluated before, some after, and some not at
// all, since nothing that the build knew of reached them. The next build makes what a clean one would.
import EngineFakes
import Graph
import Store
import TestSupport
import Testing

@Suite struct LateEditTests {
    /// Does something once, when a node is done.
    final class Editor: BuildObserver {
        let id: String
        var edit: (() -> Void)?

        init(after id: String, _ edit: @escaping () -> Void) { (self.id, self.edit) = (id, edit) }

        func observe(_ event: BuildEvent) {
            guard case .ran(let node, _) = event, node.id == id, let edit else { return }
            self.edit = nil
            edit()
        }
    }

    /// `y` reads what `x` reads, and nothing that `a` makes.
    static let pipeline = """
        pipeline: late
        target: all.out
        stages:
          a: { uses: mix, from: [f.txt], salt: s0 }
          x: { uses: mix, from: [$a, shared.txt], salt: s1 }
          y: { uses: mix, from: [g.txt, shared.txt], salt: s2 }
          all: { uses: mix, from: [$x, $y], salt: s3, output: all.out }

        """

    func mixed(_ texts: [String], _ salt: String) -> String { FakeStages.mixed(texts, salt: salt) ?? "" }

    func expected(_ world: FakeWorkspace) -> String {
        let f = world.read("f.txt") ?? "", g = world.read("g.txt") ?? "", shared = world.read("shared.txt") ?? ""
        let x = mixed([mixed([f], "s0"), shared], "s1"), y = mixed([g, shared], "s2")
        return mixed([x, y], "s3")
    }

    @Test(arguments: ["edit", "edit of the same size", "delete and write", "none"])
    func anEditBetweenTwoNodes(_ how: String) throws {
        let world = try Probe.workspace(Self.pipeline)
        for name in ["f", "g", "shared"] { try world.write(name + ".txt", name + " one\n") }
        try world.build("all.out")
        #expect(world.read("all.out") == expected(world))
        #expect(world.upToDate("all.out") != nil)

        try world.write("f.txt", "f two\n")
        var failure: (any Error)?
        let editor = Editor(after: "all.out:a") {
            do {
                switch how {
                case "edit": try world.write("shared.txt", "shared two, and more\n")
                case "edit of the same size": try world.write("shared.txt", "shared two\n")
                case "delete and write":
                    try world.write("shared.txt", "")
                    try world.write("shared.txt", "shared three\n")
                default: break
                }
            } catch { failure = error }
        }
        let request = world.request(["all.out"])
        let result = try world.builder().run(request, observer: editor, catchSignals: false)
        #expect(editor.edit == nil && failure == nil && result.status == .done)
        if how == "none" {
            #expect(world.read("all.out") == expected(world) && world.upToDate("all.out") != nil)
            return
        }
        // What this build made may be of either state. That nothing is to do must not be said of it.
        if world.read("all.out") != expected(world) { #expect(world.upToDate("all.out") == nil) }
        try world.build("all.out")
        #expect(world.read("all.out") == expected(world), "\(how)")
        #expect(world.upToDate("all.out") != nil)
        #expect(try world.build("all.out").result.ran == 0)
    }
}

// The words of what is wrong with a declared root: each text of `RootProblem`.
import Diagnostics
import Testing

@Suite struct RootProblemTests {
    private static let place = Place(file: "x.video.yaml", line: 3, column: 7, length: 10, excerpt: "  a: brand:x.png")

    static let texts: [(RootProblem, String)] = [
        (
            .undeclared("brand", file: "brand:x.png", known: ["brnd"], at: place),
            """
            x.video.yaml:3:7: error: 'brand:x.png' lies in the root 'brand', which is not declared here [unknown-root]
              a: brand:x.png
                  ^~~~~~~~~~
              hint: did you mean 'brnd'? add --root brand=FOLDER, or write 'roots: { brand: FOLDER }' into \
            ~/.config/vgraph/config.yaml; \
            for a file of the workspace write './brand:x.png'
            """
        ),
        (
            .badDeclaration("brand"),
            """
            error: 'brand' does not declare a root [bad-root]
              hint: write NAME=FOLDER, for example --root brand=../brand
            """
        ),
        (
            .badName("a b", at: nil),
            """
            error: 'a b' cannot be the name of a root [bad-root-name]
              hint: names begin with a letter and hold letters, digits, '-' and '_', up to 64
            """
        ),
        (
            .noFolder("brand", path: "/b", reason: "no such file or directory"),
            "error: cannot open the root 'brand' at '/b': no such file or directory [root-not-there]"
        ),
        (
            .overlaps("brand", path: "/w/b"),
            """
            error: the root 'brand' ('/w/b') overlaps the workspace [root-overlaps]
              hint: declare a folder beside the workspace; name files of the workspace by their paths in it
            """
        ),
        (.twice("brand"), "error: --root declares 'brand' twice, with two folders [root-twice]"),
        (
            .unsafeConfiguration(path: "/c", reason: "others can write it"),
            """
            error: vgraph does not use the configuration '/c': others can write it [unsafe-configuration]
              hint: it declares which folders a build may read, so only you may write it: chown it to yourself, chmod \
            go-w, and keep it outside the workspace
            """
        ),
        (
            .unknownField("rots", known: ["roots"], at: Place(file: "c.yaml", line: 1, column: 1)),
            """
            c.yaml:1:1: error: unknown field 'rots' in the configuration [unknown-field]
              hint: did you mean 'roots'? fields here: roots
            """
        ),
        (
            .wrongType("brand", expected: "a folder", found: "a list", at: Place(file: "c.yaml", line: 2, column: 3)),
            "c.yaml:2:3: error: 'brand' takes a folder, not a list [wrong-type]"
        ),
        (
            .noOutput("brand:x", root: "brand", at: Place(file: "p.yaml", line: 2, column: 3)),
            """
            p.yaml:2:3: error: 'brand:x' lies in the root 'brand', which vgraph only reads [root-output]
              hint: write into the workspace
            """
        ),
    ]

    @Test(arguments: texts) func text(_ problem: RootProblem, _ text: String) {
        #expect(problem.diagnostic.text() == text)
    }

    @Test func namesAndPaths() {
        let folders = Folders(workspace: "/w", roots: ["brand": "/b", "deep": "/b/x"])
        for (name, path) in [
            ("a/b", "/w/a/b"), ("brand:l.svg", "/b/l.svg"), ("deep:l.svg", "/b/x/l.svg"), ("./brand:x", "/w/./brand:x"),
            ("12:30.png", "/w/12:30.png"),
            ("a b:c", "/w/a b:c"), ("other:x", "/dev/null/x"), ("d/brand:x", "/w/d/brand:x"),
        ] {
            #expect(folders.path(name) == path, "\(name)")
        }
        for (path, name) in [
            ("/w/a", "a"), ("/w/brand:x", "./brand:x"), ("/b/y", "brand:y"), ("/b/x/y", "deep:y"), ("/c", nil),
            ("/bb", nil),
        ] {
            #expect(folders.name(path) == name, "\(path)")
        }
        #expect(
            Folders.isRootName("a-1_B") && !Folders.isRootName("1a") && !Folders.isRootName("")
                && !Folders.isRootName("a:b") && !Folders.isRootName("ä"))
    }
}

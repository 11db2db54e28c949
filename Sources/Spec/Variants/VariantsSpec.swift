// The field `variants` of a spec: the table whose rows are films, and how their files are named.
import Diagnostics
import YAML

struct VariantsSpec: Sendable {
    var from: Placed<String>?
    var name: Placed<String>?
    var ignore: [Placed<String>] = []
    var encoding: TextEncoding?

    private static let file = Kind<Placed<String>>(.type("string")) { node, reader in
        guard let text = node.text, !node.isNull else {
            reader.wrongType(node, expected: "the path of a table")
            return nil
        }
        return reader.path(text, at: node.place).map { Placed(value: $0, place: node.place) }
    }

    static let kind = Kind<VariantsSpec>.object(
        "variants", "Films that differ in props, one for each row of a table", { _ in VariantsSpec() },
        [
            Field(
                optional: "from", \.from, file, required: true,
                "The table: .csv or .tsv with a header, or .json or .yaml with a list of mappings. A column is a prop; "
                    + "an empty cell gives it no value",
                example: "data/products.csv"),
            Field(
                optional: "name", \.name, Scalar.string.placed,
                "The name of each row's film, which begins with the spec's own name; `{column}` is the value of a "
                    + "column. By default the spec's name, '-' and the first column",
                example: "launch-{sku}"),
            Field(
                "ignore", \.ignore, .list(Scalar.string.placed, limit: 200),
                "Columns that are no props", example: "[note]"),
            Field(
                optional: "encoding", \.encoding, Scalar.oneOf(),
                "Encoding of a .csv or .tsv file, if it is not UTF-8 and has no byte order mark",
                example: "windows-1252"),
        ])
}

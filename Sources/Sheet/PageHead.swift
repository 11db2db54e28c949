// The first lines of every page: which command wrote it, what it may load, and how it looks.

/// By this a page of vgraph is known from any other file of its name.
func pageMark(_ command: String) -> String { "<meta name=\"generator\" content=\"vgraph \(command)\">" }

/// Everything before `<body>`. The content security policy forbids requests to a network and any script but the named
/// ones, so that a page is safe even where an escape were forgotten.
/// - Parameters:
///   - command: the subcommand of vgraph that wrote the page.
///   - title: text, not yet escaped.
///   - allows: directives of the policy beyond styles, as in `img-src data:`.
///   - css: rules after the common ones.
func pageHead(by command: String, title: String, allows: [String] = [], css: String = "") -> String {
    let policy = (["default-src 'none'"] + allows + ["style-src 'unsafe-inline'"]).joined(separator: "; ")
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        \(pageMark(command))
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <title>\(escaped(title))</title>
        <style>\(SheetStyle.css)\(css)</style>
        </head>

        """
}

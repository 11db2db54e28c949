// The files of `vgraph init --template variants`: one spec for two formats, two languages and the rows of a table.

extension StarterFiles {
    /// Needs no asset, so a new folder builds at once.
    static func variants(title: String) -> [(file: String, text: String)] {
        // What has a meaning in YAML's quotes or in a name of films is left out.
        let kept = title.filter { !"\"\\{}".contains($0) }, stem = kept.isEmpty ? "film" : kept
        let spec = """
            # yaml-language-server: $schema=./video.schema.json
            # One spec, many films: `vgraph build` makes all of them, `vgraph build \(stem)-b.tall.de.mp4` makes one.
            # What they share is made once.
            version: 1
            video: { size: 1920x1080, fps: 30, background: ink, language: en, title: "{{product.name}}" }

            props:                                  # what differs from row to row
              sku: { type: string, pattern: "[a-z0-9-]+", default: a }
              product:
                type: object
                fields:
                  name: { type: string, min_length: 2, max_length: 16 }
                  price: { type: number, min: 0 }
                default: { name: "First", price: 49 }
            variants: { from: products.csv, name: "\(stem)-{sku}" }

            formats:                                # each is composed and proofread for itself
              tall: { size: 1080x1920, profile: reels }
              square: 1080x1080

            languages:                              # vgraph texts extract --lang de
              de: texts.de.yaml

            theme:
              fonts: { body: [Inter, sans-serif] }
              colors: { ink: "#0b1020", night: "#1d2a5e", accent: "#7c5cff" }

            scenes:
              - id: hello                           # the same for all rows: drawn once
                duration: 3s
                background: { linear: [ink, night], angle: 135 }
                layers:
                  - { key: title, text: "Made once, in every shape", style: title, at: title, enter: { slide: up, for: 0.5s } }
                captions:
                  - { key: hello, start: 0.4s, end: 2.6s, text: "One spec, many films." }
                transition: { crossfade: 0.4s }
              - id: offer                           # shows the row
                duration: 3s
                background: { linear: [night, ink], angle: 135 }
                layers:
                  - layout: turn                    # side by side, and below each other in portrait
                    gap: 4%
                    group:
                      - { key: name, text: "{{product.name}}", style: title }
                      - { key: price, text: "{{product.price, currency EUR 0}}", style: { extends: title, color: accent } }
                    enter: fade

            cta: { text: "Get yours today", url: "https://example.com", button: "Order", hold: 2s }

            """
        let table = """
            sku,product.name,product.price
            a,First,49
            b,Second,79

            """
        let texts = """
            # Each text of the film by its key: the source, and its translation. `vgraph texts status` says what is missing.
            scene.hello.title: { source: "Made once, in every shape", text: "Einmal gemacht, in jeder Form" }
            scene.hello.captions.hello: { source: "One spec, many films.", text: "Ein Drehbuch, viele Filme." }
            cta.text: { source: "Get yours today", text: "Heute bestellen" }
            cta.button: { source: "Order", text: "Bestellen" }

            """
        return [("\(title).video.yaml", spec), ("products.csv", table), ("texts.de.yaml", texts)]
    }
}

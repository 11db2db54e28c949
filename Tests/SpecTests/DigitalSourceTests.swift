// Where a film's parts come from becomes one term of IPTC, and never a milder one than a file says of itself.
import Composition
import Digests
import Spec
import Testing

@Suite struct DigitalSourceTests {
    @Test func aFilmHasTheTermOfItsParts() {
        func term(_ parts: [AssetSource?], drawn: Bool = true) -> DigitalSourceType {
            DigitalSourceType(ofFilm: parts, drawsItself: drawn)
        }
        #expect(term([]) == .algorithmicMedia && term([], drawn: false) == .algorithmicMedia)
        #expect(term([.algorithmic, .algorithmic]) == .algorithmicMedia)
        #expect(term([.drawn]) == .digitalCreation && term([.drawn, .algorithmic]) == .digitalCreation)
        #expect(term([.captured], drawn: false) == .compositeCapture)
        #expect(term([.captured]) == .composite, "a title over it was not captured")
        #expect(term([.screen], drawn: false) == .screenCapture && term([.screen]) == .composite)
        #expect(term([.captured, .screen], drawn: false) == .composite)
        for known in AssetSource.allCases where known != .trained {
            #expect(term([known, nil]) == .composite && term([known, .composite]) == .composite)
            #expect(term([known, .trained]) == .compositeWithTrainedAlgorithmicMedia)
        }
        #expect(term([nil, .trained], drawn: false) == .compositeWithTrainedAlgorithmicMedia)
        #expect(
            DigitalSourceType.composite.uri == "http://cv.iptc.org/newscodes/digitalsourcetype/composite")
    }

    private func term(_ assets: String, _ layers: String, audio: String = "") throws -> DigitalSourceType {
        let text = """
            version: 1
            assets: { \(assets) }
            scenes: [ { id: a, duration: 2s, layers: [ \(layers) ] } ]
            \(audio)
            """
        let spec = try ValidSpec.read(specText: text, specName: "a.video.yaml")
        let video = try resolve(spec, facts: sampleFacts()) { _ in [] }
        let header = plan(video) { _ in Digest.of("segment") }.header
        #expect(header.digitalSourceType == video.digitalSourceType)
        return header.digitalSourceType
    }

    @Test func aSpecIsWhatItUses() throws {
        #expect(try term("", "{ text: words }") == .algorithmicMedia)
        #expect(try term("", "{ image: assets/hero.jpg }") == .composite, "its author says nothing")
        #expect(
            try term("hero: { file: assets/hero.jpg, source: captured }", "{ image: hero }") == .compositeCapture)
        #expect(
            try term("hero: { file: assets/hero.jpg, source: captured }", "{ image: hero }, { text: words }")
                == .composite)
        // One that nothing uses is not in the film.
        #expect(
            try term("hero: { file: assets/hero.jpg, source: trained }", "{ text: words }") == .algorithmicMedia)
        // A voice is a part of it too.
        #expect(
            try term(
                "voice: { file: assets/voice.wav, generated: true }", "{ text: words }",
                audio: "audio: { tracks: [ { asset: voice } ] }") == .compositeWithTrainedAlgorithmicMedia)
        #expect(
            try term(
                "voice: { file: assets/voice.wav, source: algorithmic }", "{ text: words }",
                audio: "audio: { tracks: [ { asset: voice } ] }") == .algorithmicMedia)
        // Fonts are no parts.
        #expect(try term("font: assets/Inter.ttf", "{ text: words }") == .algorithmicMedia)
    }

    @Test func whatAFileSaysIsNotUndone() throws {
        #expect(try term("", "{ image: assets/made.png }") == .compositeWithTrainedAlgorithmicMedia)
        #expect(
            try term("made: { file: assets/made.png, source: captured }", "{ image: made }")
                == .compositeWithTrainedAlgorithmicMedia)
        #expect(try term("", "{ image: assets/signed.jpg }") == .composite)
    }
}

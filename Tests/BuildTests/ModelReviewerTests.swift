// A model behind an HTTP endpoint is asked what only a person would answer: by a server on this machine that answers,
// and by the same one where it stalls, errs, lies or is not paid for.
import Foundation
import TestSupport
import Testing

@Suite struct ModelReviewerTests {
    private static let spec = """
        version: 1
        video: { size: 320x180, fps: 10, background: "#101820", title: "A film" }
        scenes:
          - id: one
            duration: 1s
            layers: [{ text: "Hello", style: title, at: [center, 40%] }]
        review: { claims: ["a greeting is shown"] }

        """

    /// Speaks the API's part that is needed. Its mode is the model's name; it writes down what it is sent.
    private static let server = """
        import http.server, json, sys, time
        class Handler(http.server.BaseHTTPRequestHandler):
            busy = 0
            def log_message(self, *_): pass
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                mode = body["model"]
                with open("sent.jsonl", "a") as file:
                    file.write(json.dumps({"key": self.headers.get("Authorization"), "path": self.path,
                        "mode": mode, "pictures": sum(p["type"] == "image_url"
                            for p in body["messages"][1]["content"])}) + "\\n")
                frames = [int(p["text"].split()[1].rstrip(",")) for p in body["messages"][1]["content"]
                          if p["text"].startswith("Frame")] if mode != "x" else []
                said = {"verdict": "supports", "rationale": "Hello is shown.", "frames": frames[:1]}
                if mode == "nonsense": said = "looks good"
                if mode == "unfounded": said["frames"] = []
                if mode == "echo": said["rationale"] = "the key is " + self.headers["Authorization"]
                if mode == "against": said["verdict"] = "contradicts"
                if mode == "stalls": time.sleep(30)
                if mode == "refuses": return self.send_error(401)
                if mode == "elsewhere":
                    self.send_response(302); self.send_header("Location", "http://127.0.0.1:1/"); self.end_headers()
                    return
                if mode == "busy":
                    Handler.busy += 1
                    if Handler.busy < 3: return self.send_error(503)
                text = json.dumps(said) if isinstance(said, dict) else said
                out = json.dumps({"choices": [{"message": {"content": text}}],
                                  "usage": {"prompt_tokens": 100, "completion_tokens": 10}}).encode()
                self.send_response(200); self.end_headers()
                self.wfile.write(out[:20] if mode == "cut" else out)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        open("port.new", "w").write(str(server.server_port))
        import os; os.rename("port.new", "port")
        server.serve_forever()

        """.replacingOccurrences(of: "p[\"text\"].startswith", with: "p.get(\"text\", \"\").startswith")

    private static let modes: [(mode: String, status: String, reason: String)] = [
        ("honest", "done", ""), ("against", "done", ""), ("busy", "done", ""), ("echo", "done", ""),
        ("nonsense", "not_run", "does not have the form"), ("cut", "not_run", "does not have the form"),
        ("unfounded", "not_run", "rejected"), ("refuses", "not_run", "HTTP 401"),
        ("elsewhere", "not_run", "HTTP 302"), ("stalls", "not_run", "longer than 6 s"),
        ("poor", "done", ""),
    ]

    @Test func itsAnswerIsTakenWholeOrNotAtAll() throws {
        let workspace = try Workspace(["a.video.yaml": Self.spec, "server.py": Self.server])
        defer { workspace.remove() }
        let server = try Program(["/usr/bin/python3", "server.py"], in: workspace.folder.path)
        defer { server.signal(SIGKILL) }
        try until("the server has a port") { workspace.exists("port") }
        let port = try workspace.text("port"), key = "sk-secret-0123456789"
        var stages = "  request: { reviewers: any }\n"
        for (mode, _, _) in Self.modes {
            stages += "  \(mode): { uses: reviewer, reviewer: \(mode), model: \(mode), timeout: 6, "
            stages += "endpoint: \"http://127.0.0.1:\(port)/v1\", secret: MY_KEY, request: $request, "
            stages += "exhibits: $request\(mode == "poor" ? ", tokens: 500" : "") }\n"
        }
        stages += "  gate: { reports: [$honest, $against] }\n"
        try workspace.write(
            "pipelines/video.yaml",
            "pipeline: video\ntarget: \"{name}.mp4\"\ninclude: builtin\nstages:\n" + stages)
        let run = try workspace.vgraph("build", "a.mp4", environment: ["MY_KEY": key])
        #expect(run.status == 3, "\(run.out)\(run.err)")
        for (mode, status, reason) in Self.modes {
            let shown = try workspace.vgraph("show", "a.mp4:" + mode)
            let report = try #require(
                JSONSerialization.jsonObject(with: Data(shown.out.utf8)) as? [String: Any], "\(shown.err)")
            #expect(report["status"] as? String == status, "\(mode): \(report["reason"] ?? "")")
            if !reason.isEmpty {
                #expect((report["reason"] as? String)?.contains(reason) == true, "\(mode): \(report["reason"] ?? "")")
            }
            #expect(!shown.out.contains(key) && !shown.out.contains("sk-secret"), "\(mode)")
        }
        let honest = try workspace.vgraph("show", "a.mp4:honest").out
        #expect(honest.contains("\"kind\":\"model\"") || honest.contains("\"kind\" : \"model\""), "\(honest)")
        #expect(honest.contains("tokens.budget") && honest.contains("prompt"))
        // One model alone decides nothing: it needs a second family or a person.
        #expect(run.err.contains("contradicted by one family of models alone"), "\(run.err)")
        let poor = try workspace.vgraph("show", "a.mp4:poor").out
        #expect(poor.contains("abstain") && poor.contains("the budget of 500 tokens"))
        let sent = try workspace.text("sent.jsonl")
        #expect(sent.contains("Bearer " + key) && !sent.contains("\"mode\": \"poor\""))
        #expect(sent.contains("/v1/chat/completions") && !sent.contains("\"pictures\": 0"))

        // Recorded and replayed by hash, without the key, bad answers too; an endpoint that gave none is asked again.
        let again = try workspace.vgraph("build", "a.mp4", "--json")
        #expect(again.done["ran"] as? Int == 3, "refuses, elsewhere and stalls: \(again.out)")
    }

    @Test func anEndpointWithoutAModelIsAnError() throws {
        let workspace = try Workspace(["a.video.yaml": Self.spec])
        defer { workspace.remove() }
        try workspace.write(
            "pipelines/video.yaml",
            """
            pipeline: video
            target: "{name}.mp4"
            include: builtin
            stages:
              vision: { uses: reviewer, reviewer: vision, endpoint: "ftp://host", request: $request,
                        exhibits: $request }
              gate: { reports: [$vision] }

            """)
        let run = try workspace.vgraph("build", "a.mp4")
        #expect(run.err.contains("[reviewer-endpoint]") && run.err.contains("ftp://host"), "\(run.err)")
    }
}

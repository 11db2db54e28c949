// The table of stages, in flow order. One file each; those without work in them run in a worker.
import Work

public enum Stages {
    public static let all: [StageDescriptor] = [
        .validate, .resolve, .plan, .contrast, .proof, .render, .encode, .audio, .captions, .mux, .measure, .baseline, .check, .review, .gate,
    ]
}

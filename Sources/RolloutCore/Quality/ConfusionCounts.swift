/// A confusion matrix of which a bounded number of classes is kept apart.
///
/// Which ones is for their hashes to say, so that two cohorts keep the same ones apart, in whatever order rows come. Of the others, a
/// label is counted as `otherClass`, and a prediction as `otherClass` too unless that would make a wrong row look right: then as
/// `mistakenClass`. How many rows were right and how many wrong is exact, whatever the number of classes.
struct ConfusionCounts: Hashable, Sendable {
    /// Classes that are kept apart.
    static let classLimit = 200
    /// Stands for the classes beyond them.
    static let otherClass = "(other classes)"
    /// What a row of one of those is taken for when it is taken for another of those.
    static let mistakenClass = "(another class)"

    private(set) var pairs: [ClassPair: Int64] = [:]
    /// The classes that are kept apart: those of the pairs.
    private var classes: Set<String> = []
    /// The highest rank among them once there is no more room.
    private var highestRank = UInt64.max

    init() {}

    init(_ pairs: [ClassPair: Int64]) {
        for (pair, count) in pairs { self.add(pair, count: count) }
    }

    static func isClass(_ word: String) -> Bool { word != self.otherClass && word != self.mistakenClass }

    mutating func add(_ pair: ClassPair, count: Int64 = 1) {
        self.keep(pair.label)
        self.keep(pair.predicted)
        self.pairs[self.kept(pair), default: 0] += count
    }

    mutating func merge(_ other: ConfusionCounts) {
        for (pair, count) in other.pairs { self.add(pair, count: count) }
    }

    /// The pair as it is counted.
    private func kept(_ pair: ClassPair) -> ClassPair {
        let label = self.classes.contains(pair.label) ? pair.label : Self.otherClass
        if self.classes.contains(pair.predicted) { return ClassPair(label: label, predicted: pair.predicted) }
        let isMistaken = label == Self.otherClass && !pair.isRight
        return ClassPair(label: label, predicted: isMistaken ? Self.mistakenClass : Self.otherClass)
    }

    /// Keeps a class apart while there is room, or in the place of the one with the highest rank.
    private mutating func keep(_ word: String) {
        guard Self.isClass(word), !self.classes.contains(word) else { return }
        if self.classes.count == Self.classLimit {
            guard Self.rank(of: word) < self.highestRank else { return }
            self.leaveOut(self.classes.filter { Self.rank(of: $0) == self.highestRank })
        }
        self.classes.insert(word)
        guard self.classes.count == Self.classLimit else { return }
        self.highestRank = self.classes.reduce(0) { max($0, Self.rank(of: $1)) }
    }

    private mutating func leaveOut(_ words: Set<String>) {
        self.classes.subtract(words)
        for (pair, count) in self.pairs where words.contains(pair.label) || words.contains(pair.predicted) {
            self.pairs[pair] = nil
            self.pairs[self.kept(pair), default: 0] += count
        }
    }

    private static func rank(of word: String) -> UInt64 { ClassTally.rank(of: word.utf8) }
}

import Statistics

/// A share of rows that a constraint allows to violate, with how many do.
struct ConstraintDemand: Hashable, Sendable {
    let kind: ConstraintViolation.Kind
    let affectedRows: Int64
    let rows: Int64
    /// 0…1.
    let allowedShare: Double

    /// The probability of as many violating rows when their share is the allowed one.
    var pValue: Double {
        BinomialTail.upper(successes: self.affectedRows, trials: self.rows, share: self.allowedShare)
    }

    /// The demands that `constraint` makes of shares of rows, each with its count; none of those without rows.
    static func all(
        of tally: SignalTally,
        _ constraint: SignalConstraint,
        _ tolerance: ConstraintTolerance
    ) -> [ConstraintDemand] {
        var demands: [ConstraintDemand] = []
        func demand(_ kind: ConstraintViolation.Kind, _ affected: Int64, of rows: Int64, allowed: Double) {
            guard rows > 0 else { return }
            demands.append(
                ConstraintDemand(
                    kind: kind,
                    affectedRows: affected,
                    rows: rows,
                    allowedShare: min(1, max(0, allowed))
                )
            )
        }
        if let completeness = constraint.completeness {
            demand(.completeness, tally.missing, of: tally.rows, allowed: 1 - completeness)
        }
        if let kind = constraint.kind {
            let wrong = tally.mistyped + (tally.values.isOf(kind) ? 0 : tally.present)
            demand(.dataType, wrong, of: tally.present + tally.mistyped, allowed: tolerance.mistypedShare)
        }
        switch tally.values {
        case .numbers(let numbers) where constraint.minimum != nil || constraint.maximum != nil:
            let outside = numbers.count(below: constraint.minimum) + numbers.count(above: constraint.maximum)
            demand(.range, outside, of: tally.present, allowed: tolerance.outOfRangeShare)
        case .classes(let classes):
            guard let domain = constraint.domain else { break }
            let known = Set(domain)
            let unseen = classes.counts.reduce(classes.other) { known.contains($1.key) ? $0 : $0 + $1.value }
            demand(
                .categoricalValues,
                unseen,
                of: tally.present,
                allowed: constraint.unseenShare ?? tolerance.unseenShare
            )
        case .numbers: break
        }
        return demands
    }
}

extension SignalValues {
    fileprivate func isOf(_ kind: SignalKind) -> Bool {
        switch (self, kind) {
        case (.numbers, .number), (.numbers, .share), (.classes, .category): true
        case (.numbers, .category), (.classes, .number), (.classes, .share): false
        }
    }
}

extension NumberTally {
    /// Rows surely below: those in buckets that end there or earlier.
    fileprivate func count(below minimum: Double?) -> Int64 {
        guard let minimum else { return 0 }
        return zip(self.counts.buckets, self.counts.counts).reduce(0) { sum, entry in
            self.grid.upperBound(of: entry.0) <= minimum ? sum + entry.1 : sum
        }
    }

    /// Rows surely above: those in buckets that begin beyond.
    fileprivate func count(above maximum: Double?) -> Int64 {
        guard let maximum else { return 0 }
        return zip(self.counts.buckets, self.counts.counts).reduce(0) { sum, entry in
            self.grid.lowerBound(of: entry.0) > maximum ? sum + entry.1 : sum
        }
    }
}

/// A class as it stands in a case: a number or a name, which never equal one another.
enum CaseLabel: Hashable, Comparable {
    case number(Double)
    case name(String)
}

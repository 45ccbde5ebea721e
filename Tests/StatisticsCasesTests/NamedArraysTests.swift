import ControlWire
import RolloutCore
import Testing

@testable import StatisticsCases

@Suite("Named arrays")
struct NamedArraysTests {
    private static let csv = "array,index,value\na,1,2.5\na,0,1\nb,0,\nb,1,-3e2\r\n\n"

    private func arrays(_ csv: String = csv) throws -> NamedArrays {
        var arrays = NamedArrays()
        try arrays.add(csv: csv, name: "x.csv")
        return arrays
    }

    @Test("A reference stands for the numbers of the file, or the first of them, in the order of their indices")
    func references() throws {
        let arrays = try self.arrays()
        let name: JSONValue = .object(["array": .string("a")])
        #expect(try arrays.resolve(name, at: "") == [1, 2.5])
        #expect(try arrays.resolve(.object(["array": .string("b")]), at: "") == [nil, -300])
        #expect(try arrays.resolve(.object(["array": .string("a"), "first": .number(1)]), at: "") == [1])
        let line = #"{"id":1,"op":"moments_merge","inputs":{"x":{"array":"a"}}}"#
        let reply = CaseTable(arrays: arrays).reply(to: Array(line.utf8))
        #expect(reply == #"{"id":1,"value":{"n":2,"mean":1.75,"var_sample":1.125,"var_pop":0.5625}}"#)
    }

    @Test("More values than there are is a complaint that says how many there are")
    func tooMany() throws {
        let reference: JSONValue = .object(["array": .string("a"), "first": .number(3)])
        #expect(throws: InvalidValue("must be 0 to 2, the length of 'a'", at: "/x/first")) {
            try self.arrays().resolve(reference, at: "/x")
        }
    }

    @Test(
        "A file that is wrong is named with the line",
        arguments: [
            ("array,index,value\na,0", "x.csv line 2: must be three cells: array,index,value; got 2"),
            ("a,-1,3", "x.csv line 1: must have a whole number from 0 as its index; got '-1'"),
            ("a,0,x", "x.csv line 1: must have a number, or nothing, as its value; got 'x'"),
            ("a,0,1\na,0,2", "x.csv line 2: repeats index 0 of array 'a'"),
            ("a,0,1\na,2,2", "x.csv: array 'a' has no index 1: indices go from 0 without a gap"),
        ]
    )
    func errors(csv: String, message: String) {
        do {
            _ = try self.arrays(csv)
            Issue.record("no complaint about \(csv)")
        } catch {
            #expect("\(error)" == message)
        }
    }

    @Test("An array that stands in two files is a complaint")
    func doubled() throws {
        var arrays = try self.arrays()
        #expect(throws: InvalidValue.self) { try arrays.add(csv: "a,0,1", name: "y.csv") }
    }
}

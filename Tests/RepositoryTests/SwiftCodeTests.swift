import Testing

@Suite("Telling code from comments and strings")
struct SwiftCodeTests {
    @Test(
        "Comments and string contents are blanked, everything else stays in place",
        arguments: [
            ("a // try!", "a        "),
            ("a /* x /* y */ z */ b", "a                   b"),
            (#"f("try!") + 1"#, "f(      ) + 1"),
            (#"f("a\"b") + 1"#, "f(      ) + 1"),
            (##"f(#"a"b"#) + 1"##, "f(       ) + 1"),
            ("x = \"\"\"\n a \"b\" c\n \"\"\" + y", "x =    \n        \n     + y"),
            (#""a\(try! f("b"))c" + d"#, "   (try! f(   ))   + d"),
            (##"#"a\(no)\#(yes)"# + d"##, "          (yes)   + d"),
        ]
    )
    func blanking(text: String, code: String) {
        #expect(SwiftCode.blankingCommentsAndStrings(in: text) == code)
    }

    @Test("Functions are found with their bodies, requirements of protocols are not")
    func functions() {
        let file = SourceFile(
            path: "Sources/A/B.swift",
            text: """
                protocol P {
                    func required(
                        a: Int
                    ) -> Int
                }
                struct S: P {
                    init?() { return nil }
                    package static func required(
                        a: Int = { 1 }()
                    ) -> Int {
                        "}".count
                    }
                    func generic<T>(_ t: T)
                    where T: P {
                    }
                    deinit {
                    }
                }
                """
        )

        #expect(
            SwiftFunction.all(in: file) == [
                SwiftFunction(name: "init", firstLine: 7, lineCount: 1),
                SwiftFunction(name: "required", firstLine: 8, lineCount: 5),
                SwiftFunction(name: "generic", firstLine: 13, lineCount: 3),
                SwiftFunction(name: "deinit", firstLine: 16, lineCount: 2),
            ]
        )
    }
}

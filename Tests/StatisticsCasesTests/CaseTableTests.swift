import Testing

@testable import StatisticsCases

@Suite("Table of cases")
struct CaseTableTests {
    private static func reply(_ line: String) -> String { CaseTable().reply(to: Array(line.utf8)) }

    @Test(
        "What is undefined is null, and what is infinite says so",
        arguments: [
            (#""ks_2samp","inputs":{"a":[],"b":[1]}"#, "null"),
            (#""ks_2samp","inputs":{"a":[1,NaN],"b":[1]}"#, "null"),
            (#""quantiles","inputs":{"x":[null],"q":[0.5]}"#, "null"),
            (#""quantiles","inputs":{"x":[null,3,NaN,5],"q":[0.5]}"#, #"{"linear":[4],"nearest_rank":[3]}"#),
            (#""binary_metrics","inputs":{"y_true":[],"y_pred":[]}"#, "null"),
            (
                #""roc_auc","inputs":{"y_true":[1,1],"score":[0.2,0.3]}"#,
                #"{"roc_auc":null,"average_precision":1,"gini":null}"#
            ),
            (
                #""regression_metrics","inputs":{"y_true":[2],"y_pred":[3]}"#,
                #"{"mae":1,"rmse":1,"r2":null,"median_ae":1,"mape":0.5,"bias":1}"#
            ),
            (#""moments_merge","inputs":{"x":[]}"#, #"{"n":0,"mean":null,"var_sample":null,"var_pop":null}"#),
            (#""psi_counts","inputs":{"ref":[0,0],"cur":[1,2]}"#, "null"),
            (#""psi_counts","inputs":{"ref":[1,0],"cur":[1,2],"smoothing":"none"}"#, #""Infinity""#),
            (#""wilson_interval","inputs":{"x":0,"n":0}"#, "null"),
            (#""f1_units","inputs":{"tp":0,"fp":0,"fn":0}"#, #"{"f1":null,"units":0,"bad":0,"jaccard":null}"#),
            (
                #""empirical_process_lil_bound","inputs":{"t":5,"t_min":10,"alpha":0.05}"#,
                #""Infinity""#
            ),
            (#""e_bh","inputs":{"e":[Infinity,2],"alpha":0.05}"#, "[0]"),
            (
                #""mann_whitney","inputs":{"a":[2,2],"b":[2],"method":"asymptotic","continuity":false}"#,
                #"{"U":1,"pvalue":null,"auc":0.5}"#
            ),
        ]
    )
    func undefined(request: String, value: String) {
        #expect(Self.reply(#"{"id":"x","op":\#(request)}"#) == #"{"id":"x","value":\#(value)}"#)
    }

    @Test(
        "A line that is wrong is answered with what is wrong, where, and what to do",
        arguments: [
            (
                #"{"id":1"#,
                #"{"id":null,"error":"the line is not JSON, at byte 7: ',' or '}' should stand here; write one object a line"}"#
            ),
            ("[1]", #"{"id":null,"error":"must be an object with id, op and inputs, but is an array"}"#),
            (#"{"id":7}"#, #"{"id":7,"error":"/op: is required"}"#),
            (
                #"{"id":null,"op":"e_bh"}"#,
                #"{"id":null,"error":"/inputs: is required: an object with the inputs of e_bh"}"#
            ),
            (
                #"{"id":"a\"\u0001","op":"e_bh","inputs":{"e":[1,-2]}}"#,
                #"{"id":"a\"\u0001","error":"/inputs/e/1: must be an e-value, 0 or more; got -2"}"#
            ),
            (
                #"{"id":1.5,"op":"e_bh","inputs":{"e":[1],"alpah":0.1}}"#,
                #"{"id":1.5,"error":"/inputs/alpah: is not a known field"}"#
            ),
            (
                #"{"id":[2],"op":"hellinger","inputs":{"p":[1],"q":{"a":1}}}"#,
                #"{"id":[2],"error":"/inputs/q: must be an array if p is one, and an object if not"}"#
            ),
            (
                #"{"id":1,"op":"stratified_eprocess","inputs":{"psi":[2],"intervals":[{"x1":3,"n1":2,"x0":0,"n0":1}]}}"#,
                #"{"id":1,"error":"/inputs/intervals/0/x1: the canary counts are impossible: 3 bad units of 2; bad must lie in 0...total"}"#
            ),
            (
                #"{"id":1,"op":"stratified_eprocess","inputs":{"psi":[2,3],"weights":[0.9,0.9],"intervals":[]}}"#,
                #"{"id":1,"error":"/inputs/weights: must add up to 1 at most, else it is no evidence"}"#
            ),
            (
                #"{"id":1,"op":"log_loss","inputs":{"y_true":[1,0],"p":[0.5,1.5]}}"#,
                #"{"id":1,"error":"/inputs/p/1: must be a probability, 0 to 1; got 1.5"}"#
            ),
            (
                #"{"id":1,"op":"roc_auc","inputs":{"y_true":[1,0],"score":[0.5]}}"#,
                #"{"id":1,"error":"/inputs/score: must be as long as y_true: 1 values against 2"}"#
            ),
            (
                #"{"id":1,"op":"quantiles","inputs":{"x":{"array":"y"},"q":[0.5]}}"#,
                #"{"id":1,"error":"/inputs/x/array: is no known array: 'y'; give its file with --arrays"}"#
            ),
        ]
    )
    func errors(line: String, reply: String) {
        #expect(Self.reply(line) == reply)
    }

    @Test("An unknown operation is told the known ones")
    func unknownOperation() {
        let reply = Self.reply(#"{"id":1,"op":"psi","inputs":{}}"#)
        #expect(
            reply.hasPrefix(#"{"id":1,"error":"/op: is no known operation: 'psi'; known are alpha_spending_bounds, "#)
        )
        #expect(CaseTable.names.count == 49)
    }

    @Test("What a case says beside its id, operation and inputs is left alone")
    func furtherMembers() {
        let line = #"{"kind":"compat","expected":3,"id":"b","op":"benjamini_hochberg","inputs":{"p":[0.01,null]}}"#
        #expect(Self.reply(line) == #"{"id":"b","value":[0]}"#)
    }

    @Test("Rows in which a value is missing are no rows")
    func missingRows() {
        let whole = Self.reply(#"{"op":"roc_auc","inputs":{"y_true":[1,0,0],"score":[0.7,0.2,0.9]}}"#)
        let gaps = Self.reply(
            #"{"op":"roc_auc","inputs":{"y_true":[1,null,0,0,1],"score":[0.7,0.4,0.2,0.9,null]}}"#
        )
        #expect(gaps == whole)
    }
}

namespace MultiagentFT.Debate.Tasks.Grading.Answers;

/// <summary>Reads an environment of rows and cells: pmatrix, bmatrix, array, cases.</summary>
internal sealed class MatrixReader(AnswerReader reader)
{
    public Matrix? Read(int start, int end)
    {
        var tokens = reader.Tokens;
        var close = tokens.Partner(start);
        if (close < 0 || close >= end || start + 1 >= end || tokens.Partner(start + 1) is var brace && brace < 0) return null;
        if (end != AfterName(close)) return null;
        var name = tokens.Text(start + 2, brace);
        var from = brace + 1;
        // The columns of an array.
        if (name is "array" && tokens[from].Is("{") && tokens.Partner(from) > 0) from = tokens.Partner(from) + 1;
        var rows = reader.Split(from, close, token => token.Is("\\\\"))
            .Where(row => row.Start < row.End)
            .Select(row => (IReadOnlyList<Answer>)[.. reader.Split(row.Start, row.End, token => token.Is("&"))
                .Select(cell => reader.Read(cell.Start, cell.End) ?? new Words("", false))])
            .ToList();
        return new Matrix(tokens.Text(start, end), Kind(name), rows);
    }

    private int AfterName(int close) =>
        close + 1 < reader.Tokens.Count && reader.Tokens[close + 1].Is("{") ? reader.Tokens.Partner(close + 1) + 1 : close + 1;

    private static string Kind(string name) => name.TrimEnd('*') switch
    {
        "pmatrix" or "bmatrix" or "matrix" or "smallmatrix" or "array" => "matrix",
        var other => other,
    };
}

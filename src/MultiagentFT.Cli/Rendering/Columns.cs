using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>Tables that never break a number: where the columns do not fit the terminal, every row becomes a list of its cells.</summary>
/// <param name="Headers">One a column; the first names the row.</param>
/// <param name="Rows">As many cells as headers.</param>
internal sealed record Columns(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Blanks and lines around a cell.</summary>
    private const int Around = 3;

    /// <summary>Columns from here on are numbers.</summary>
    public int FirstNumber { get; init; } = 1;

    private int Width => Enumerable.Range(0, Headers.Count).Sum(column =>
        Around + Rows.Select(row => row[column]).Append(Headers[column]).Max(cell => cell.Split('\n').Max(line => line.Length)));

    /// <summary>Writes the first form that fits.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="forms">The same result, the widest form first.</param>
    public static void Write(IAnsiConsole console, params IReadOnlyList<Columns> forms)
    {
        if (forms.FirstOrDefault(form => form.Width <= console.Profile.Width) is { } fitting) fitting.WriteTable(console);
        else forms[^1].WriteStacked(console);
    }

    private void WriteTable(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (index, header) in Headers.Index())
        {
            var column = new TableColumn(Markup.Escape(header)).NoWrap();
            table.AddColumn(index < FirstNumber ? column : column.RightAligned());
        }
        foreach (var row in Rows) table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
    }

    private void WriteStacked(IAnsiConsole console)
    {
        foreach (var row in Rows)
        {
            console.WriteLine(row[0].Replace("\n", "", StringComparison.Ordinal));
            for (var i = 1; i < row.Count; i++)
                console.WriteLine($"  {Headers[i].Replace('\n', ' ')}: {row[i].Replace('\n', ' ')}");
        }
    }
}

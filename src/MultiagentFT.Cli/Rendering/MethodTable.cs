using System.Globalization;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Results;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>The result of a run as a table, and what the finetuned society gained.</summary>
internal static class MethodTable
{
    public static void Write(IAnsiConsole console, Summary summary)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("method");
        foreach (var header in (string[])["iteration", "accuracy", "problems", "tokens", "tokens for datasets", "tokens trained", "seconds"])
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (var method in summary.Methods) table.AddRow([.. Cells(method).Select(Markup.Escape)]);
        console.Write(table);
        foreach (var gain in summary.Gains) console.WriteLine(Describe(gain));
    }

    public static string Title(MethodResult result) =>
        result.Iteration == 0 ? result.Name.Title() : $"{result.Name.Title()}, iteration {result.Iteration}";

    /// <summary>Such as <c>61.4 % ± 2.2</c>.</summary>
    public static string Percent(double share, double standardError) => Invariant($"{100 * share:0.0} % ± {100 * standardError:0.0}");

    private static string[] Cells(MethodResult method) =>
    [
        method.Name.Title(),
        Invariant($"{method.Iteration}"),
        Percent(method.Accuracy, method.StandardError),
        Invariant($"{method.Problems}"),
        Invariant($"{method.GeneratedTokens:#,0}"),
        Invariant($"{method.TrainingGeneratedTokens:#,0}"),
        Invariant($"{method.TrainedTokens:#,0}"),
        Invariant($"{method.Seconds:0.0}"),
    ];

    private static string Describe(Gain gain)
    {
        var errors = gain.StandardError > 0 ? Invariant($" ({gain.Difference / gain.StandardError:0.0} standard errors)") : "";
        return Invariant($"{gain.Name.Title()} {gain.Iteration} over {gain.Over.Title()} {gain.OverIteration}: ")
            + Invariant($"{100 * gain.Difference:+0.0;-0.0;0.0} points ± {100 * gain.StandardError:0.0}{errors}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

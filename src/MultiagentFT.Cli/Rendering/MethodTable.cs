using System.Globalization;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Results;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>The result of a run as a table, and what the finetuned society gained.</summary>
internal static class MethodTable
{
    /// <summary>Short enough for 80 columns; tokens are those of the evaluation, of the datasets' debates, and trained.</summary>
    private const int Widest = 16;

    private static readonly string[] Headers = ["it.", "accuracy", "n", "tokens", "data tokens", "trained", "seconds"];

    public static void Write(IAnsiConsole console, Summary summary)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("method").NoWrap());
        foreach (var header in Headers) table.AddColumn(new TableColumn(header).RightAligned().NoWrap());
        foreach (var method in summary.Methods) table.AddRow([.. Cells(method).Select(Markup.Escape)]);
        console.Write(table);
        foreach (var method in summary.Methods)
        {
            if (new AnswerCounts(method.FailedAnswers, method.CutAnswers).Describe() is { } incomplete)
                console.WriteLine($"{Title(method.Name, method.Iteration)}: {incomplete}");
        }
        foreach (var label in summary.Labels)
        {
            if (label.Warning() is { } warning) console.WriteLine($"{Title(label.Name, label.Iteration)}: {warning}");
        }
        foreach (var gain in summary.Gains) console.WriteLine(Describe(gain));
    }

    /// <summary>Such as <c>debate</c> or <c>multiagent-ft 2</c>.</summary>
    public static string Title(string method, int iteration) => iteration == 0 ? method : $"{method} {iteration}";

    /// <summary>Such as <c>61.4 % ± 2.2</c>, or that it is not known.</summary>
    public static string Percent(Accuracy accuracy) => !accuracy.IsKnown ? "not known" : Invariant($"{100 * accuracy.Mean:0.0} % ± {100 * accuracy.StandardError:0.0}");

    public static string Percent(MethodResult result) => result is { Accuracy: { } mean, StandardError: { } error }
        ? Percent(new Accuracy(mean, error, result.Problems))
        : Percent(default(Accuracy));

    private static string[] Cells(MethodResult method) =>
    [
        Fold(method.Name),
        Invariant($"{method.Iteration}"),
        Percent(method),
        Invariant($"{method.Problems}"),
        Invariant($"{method.GeneratedTokens:#,0}"),
        Invariant($"{method.TrainingGeneratedTokens:#,0}"),
        Invariant($"{method.TrainedTokens:#,0}"),
        Invariant($"{method.Seconds:0.0}"),
    ];

    private static string Describe(Gain gain)
    {
        var errors = gain.StandardError > 0 ? Invariant($" ({gain.Difference / gain.StandardError:0.0} standard errors)") : "";
        var ahead = gain.Difference < 0 ? $": {gain.Over} is ahead" : "";
        return Invariant($"{Title(gain.Name, gain.Iteration)} over {Title(gain.Over, gain.OverIteration)}: ")
            + Invariant($"{100 * gain.Difference:+0.0;-0.0;0.0} points ± {100 * gain.StandardError:0.0}{errors}{ahead}");
    }

    /// <summary>Long names take two lines, so that the table fits 80 columns.</summary>
    private static string Fold(string name)
    {
        var hyphen = name.Length <= Widest ? -1 : name.LastIndexOf('-', Widest - 1);
        return hyphen < 0 ? name : $"{name[..(hyphen + 1)]}\n{name[(hyphen + 1)..]}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Results;
using Spectre.Console;

namespace MultiagentFT.Cli.Rendering;

/// <summary>The result of a run as a table, and what the finetuned society gained.</summary>
internal static class MethodTable
{
    /// <summary>Letters of a method's name in a line of the narrow form.</summary>
    private const int Widest = 16;

    /// <summary>Tokens are those of the evaluation, of the datasets' debates, and trained.</summary>
    private static readonly string[] Headers = ["method", "it.", "accuracy", "n", "tokens", "data tokens", "trained", "seconds"];

    private static readonly string[] NarrowHeaders = ["method", "accuracy", "tokens", "data\ntokens", "trained", "seconds"];

    public static void Write(IAnsiConsole console, Summary summary)
    {
        Columns.Write(
            console,
            new Columns(Headers, [.. summary.Methods.Select(Cells)]),
            new Columns(NarrowHeaders, [.. summary.Methods.Select(method => NarrowCells(method, isShort: false))]),
            new Columns(NarrowHeaders, [.. summary.Methods.Select(method => NarrowCells(method, isShort: true))]));
        console.WriteLine(Invariant($"In brackets: 95 % intervals, of {summary.Methods.Max(method => method.Problems)} problems."));
        foreach (var method in summary.Methods)
        {
            if (new AnswerCounts(method.FailedAnswers, method.CutAnswers).Describe() is { } incomplete)
                console.WriteLine($"{Title(method.Name, method.Iteration)}: {incomplete}");
        }
        foreach (var label in summary.Labels)
        {
            if (label.Warning() is { } warning) console.WriteLine($"{Title(label.Name, label.Iteration)}: {warning}");
        }
        foreach (var method in summary.Methods)
        {
            if (method.Debate?.Revisions?.Warning() is { } warning) console.WriteLine($"{Title(method.Name, method.Iteration)}: {warning}");
        }
        if (summary.Difficulty is { } difficulty) Write(console, difficulty);
        foreach (var gain in summary.Gains) console.WriteLine(Describe(gain));
        foreach (var method in summary.Methods)
        {
            if (method.Diversity is { } diversity && Describe(diversity) is { Length: > 0 } text) console.WriteLine($"{Title(method.Name, method.Iteration)}, {text}");
        }
    }

    /// <summary>Such as <c>debate</c> or <c>multiagent-ft 2</c>.</summary>
    public static string Title(string method, int iteration) => iteration == 0 ? method : $"{method} {iteration}";

    /// <summary>Such as <c>61.4 % (57.1 to 65.6)</c>, or that it is not known.</summary>
    public static string Percent(Accuracy accuracy) => accuracy.IsKnown ? $"{Share(accuracy.Mean)} {Brackets(accuracy.Interval)}" : "not known";

    public static string Percent(MethodResult result) => result is { Accuracy: { } mean, StandardError: { } error }
        ? Percent(new Accuracy(mean, error, result.Problems))
        : Percent(default(Accuracy));

    /// <summary>The base and the last finetuned society by how hard the problems are.</summary>
    private static void Write(IAnsiConsole console, Difficulty difficulty)
    {
        var methods = difficulty.Groups[0].Methods;
        string[] first = [difficulty.AnswersOf is { } sampled ? $"{sampled} of the base" : "level", "n"];
        Columns.Write(
            console,
            new Columns([.. first, .. methods.Select(method => Title(method.Name, method.Iteration))], Rows(" ")),
            new Columns([.. first.Select(Fold), .. methods.Select(method => Fold(Title(method.Name, method.Iteration)))], Rows("\n")));

        IReadOnlyList<IReadOnlyList<string>> Rows(string between) =>
        [
            .. difficulty.Groups.Select(group => (string[])
            [
                group.Name, Invariant($"{group.Problems}"), .. group.Methods.Select(method => $"{Share(method.Accuracy)}{between}{Brackets(method.Interval)}"),
            ]),
        ];
    }

    private static string[] Cells(MethodResult method) =>
    [
        method.Name,
        Invariant($"{method.Iteration}"),
        Percent(method),
        Invariant($"{method.Problems}"),
        Invariant($"{method.GeneratedTokens:#,0}"),
        Invariant($"{method.TrainingGeneratedTokens:#,0}"),
        Invariant($"{method.TrainedTokens:#,0}"),
        Invariant($"{method.Seconds:0.0}"),
    ];

    /// <summary>For 80 columns: long names and intervals take a second line, and where that is not enough, tokens are rounded.</summary>
    private static string[] NarrowCells(MethodResult method, bool isShort)
    {
        return
        [
            Fold(Title(method.Name, method.Iteration)),
            method is { Accuracy: { } accuracy, Interval: { } interval } ? $"{Share(accuracy)}\n{Brackets(interval)}" : "not known",
            Tokens(method.GeneratedTokens),
            Tokens(method.TrainingGeneratedTokens),
            Tokens(method.TrainedTokens),
            Invariant($"{method.Seconds:0.0}"),
        ];

        string Tokens(long tokens) => isShort ? Short(tokens) : Invariant($"{tokens:#,0}");
    }

    private static string Share(double share) => Invariant($"{100 * share:0.0} %");

    private static string Brackets(Interval interval) => Invariant($"({100 * interval.Low:0.0} to {100 * interval.High:0.0})");

    private static string Short(long tokens) => tokens switch
    {
        < 10_000 => Invariant($"{tokens}"),
        < 10_000_000 => Invariant($"{tokens / 1e3:0}k"),
        < 10_000_000_000 => Invariant($"{tokens / 1e6:0}M"),
        _ => Invariant($"{tokens / 1e9:0}G"),
    };

    private static string Describe(Gain gain)
    {
        var errors = gain.StandardError > 0 ? Invariant($" ({gain.Difference / gain.StandardError:0.0} standard errors)") : "";
        var ahead = gain.Difference < 0 ? $": {gain.Over} is ahead" : "";
        return Invariant($"{Title(gain.Name, gain.Iteration)} over {Title(gain.Over, gain.OverIteration)}: ")
            + Invariant($"{100 * gain.Difference:+0.0;-0.0;0.0} points ± {100 * gain.StandardError:0.0}{errors}{ahead}");
    }

    /// <summary>What is known of a society's diversity, such as <c>nats a token: KL between critics 0.0213, KL between generators 0.0304</c>, unit by unit.</summary>
    private static string Describe(DiversityFigures figures) => string.Join(
        "; ",
        from figure in DiversityFigures.Named
        where figure.Of(figures) is not null
        group Invariant($"{Started(figure.Title)} {figure.Of(figures):0.0000}") by figure.Unit into unit
        select $"{unit.Key}: {string.Join(", ", unit)}");

    /// <summary>Within a sentence; abbreviations stay large.</summary>
    private static string Started(string title) => title.Length > 1 && char.IsLower(title[1]) ? char.ToLowerInvariant(title[0]) + title[1..] : title;

    /// <summary>Long names take two lines.</summary>
    private static string Fold(string name)
    {
        var hyphen = name.Length <= Widest ? -1 : name.LastIndexOf('-', Widest - 1);
        return hyphen < 0 ? name : $"{name[..(hyphen + 1)]}\n{name[(hyphen + 1)..]}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

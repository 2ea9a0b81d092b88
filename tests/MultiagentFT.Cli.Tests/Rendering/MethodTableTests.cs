using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Results;
using Spectre.Console;

namespace MultiagentFT.Cli.Tests.Rendering;

public sealed class MethodTableTests
{
    [Fact]
    public void Any_method_has_its_row_in_80_columns_and_whoever_is_ahead_is_named()
    {
        var summary = Summary.Of(new RunConfig(), new ArithmeticTask(), new ModelDescription("m", "m", "llama", 1, 1, 1, 1), [], []) with
        {
            Methods =
            [
                new MethodResult("made-up-with-a-long-name", 0, 0.5, 0.02, 500, 1, 12_345, 0, 0, 123.4, 123.4),
                new MethodResult("multiagent-ft", 2, 0.4, 0.02, 500, 3, 123_456, 234_567, 234_567, 567.8, 100)
                {
                    Diversity = new DiversityFigures(96, 12, 0, 0.5, 0.25, null, 0.0625, null, 0.125, 0.75, null),
                },
            ],
            Gains = [new Gain("multiagent-ft", 2, "made-up-with-a-long-name", 0, -0.1, 0.05, 1, 2, 1), new Gain("multiagent-ft", 2, "base", 0, 0.1, 0.05, 2, 1, 1)],
        };
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;

        MethodTable.Write(console, summary);

        var text = output.ToString();
        Assert.Contains("made-up-with-a-", text, StringComparison.Ordinal);
        Assert.Contains("234,567", text, StringComparison.Ordinal);
        Assert.Contains("567.8", text, StringComparison.Ordinal);
        Assert.Contains(
            "multiagent-ft 2 over made-up-with-a-long-name: -10.0 points ± 5.0 (-2.0 standard errors): made-up-with-a-long-name is ahead",
            text.ReplaceLineEndings(" ").Replace("  ", " "),
            StringComparison.Ordinal);
        Assert.Contains(
            "multiagent-ft 2, nats a token: negative log-likelihood under a held-out critic 0.5000, negative log-likelihood under the critic itself 0.2500, KL between generators 0.0625, KL of generators against the base 0.1250; 1 − cosine: embedding dissimilarity of critics 0.7500",
            text.ReplaceLineEndings(" ").Replace("  ", " "),
            StringComparison.Ordinal);
        Assert.Contains("multiagent-ft 2 over base: +10.0 points ± 5.0 (2.0 standard errors)", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(120, "majority-equal-tokens of the base n greedy multiagent-ft 2", "0 to 2 of 6 right 40 25.0 % (14.2 to 40.2) 50.0 % (35.2 to 64.8)")]
    [InlineData(80, "majority-equal-", "0 to 2 of 6 right 40 25.0 % 50.0 %")]
    [InlineData(30, "0 to 2 of 6 right n: 40 greedy: 25.0 %", "multiagent-ft 2: 50.0 %")]
    public void Difficulty_has_a_table_of_its_own(int width, string header, string row)
    {
        var summary = Summary.Of(new RunConfig(), new ArithmeticTask(), new ModelDescription("m", "m", "llama", 1, 1, 1, 1), [], []) with
        {
            Methods = [new MethodResult("greedy", 0, 0.5, 0.02, 80, 1, 1, 0, 0, 1, 1)],
            Difficulty = new Difficulty(DifficultyMeasure.BaseAnswers, "majority-equal-tokens",
            [
                new DifficultyGroup("0 to 2 of 6 right", 40,
                [
                    new DifficultyAccuracy("greedy", 0, 10, 0.25, Interval.Wilson(0.25, 40)), new DifficultyAccuracy("multiagent-ft", 2, 20, 0.5, Interval.Wilson(0.5, 40)),
                ]),
            ]),
        };
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;

        MethodTable.Write(console, summary);

        var text = string.Join(' ', output.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(header, text, StringComparison.Ordinal);
        Assert.Contains(row, text, StringComparison.Ordinal);
    }

    /// <summary>However many digits there are, none stands on a line of its own.</summary>
    [Theory]
    [InlineData(80, "1,234,567", "12345.6")]
    [InlineData(80, "28M", "1234567.8")]
    [InlineData(60, "28M", "123456789.0")]
    [InlineData(40, "28M", "123.4")]
    [InlineData(160, "28,123,456", "123.4")]
    public void Numbers_are_whole_at_any_width(int width, string tokens, string seconds)
    {
        long count = tokens switch { "1,234,567" => 1_234_567, _ => 28_123_456 };
        var summary = Summary.Of(new RunConfig(), new ArithmeticTask(), new ModelDescription("m", "m", "llama", 1, 1, 1, 1), [], []) with
        {
            Methods = [new MethodResult("multiagent-ft-greedy-one", 2, 0, 0, 20, 3, count, count, count, double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture), 100)],
            Gains = [],
        };
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;

        MethodTable.Write(console, summary);

        var text = output.ToString();
        Assert.Contains(tokens, text, StringComparison.Ordinal);
        Assert.Contains(seconds, text, StringComparison.Ordinal);
        Assert.Contains("(0.0 to 16.1)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("±", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, width));
    }
}

using MultiagentFT.Cli.Rendering;
using MultiagentFT.Contracts.Generation;
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
            "multiagent-ft 2, nats a token: a critic under another 0.5000, under itself 0.2500, KL between generators 0.0625, KL of generators against the base 0.1250, 1 - cosine of critics' embeddings 0.7500",
            text.ReplaceLineEndings(" ").Replace("  ", " "),
            StringComparison.Ordinal);
        Assert.Contains("multiagent-ft 2 over base: +10.0 points ± 5.0 (2.0 standard errors)", text, StringComparison.Ordinal);
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

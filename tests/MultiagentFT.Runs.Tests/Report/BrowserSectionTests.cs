using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Runs.Report;

namespace MultiagentFT.Runs.Tests.Report;

public sealed class BrowserSectionTests
{
    [Fact]
    public void EveryDebateIsInTheReport()
    {
        var data = SyntheticRun.Of(methods: 3, iterations: 2, problems: 40, SyntheticRun.Columns);

        var html = HtmlReport.Render(data);

        Assert.Contains("240 debates and answers to 40 evaluation problems.", html, StringComparison.Ordinal);
        var blocks = PackedDebates.Of(html);
        var problems = blocks["index"]["problems"]!.AsArray();
        Assert.Equal(data.Evaluations[0].Transcripts.Select(debate => (debate.Question, debate.Truth!)), problems.Select(problem => ((string)problem![3]!, (string)problem[4]!)));
        Assert.Equal(Enumerable.Range(1, 40), problems.Select(problem => (int)problem![0]!));
        foreach (var (column, evaluation) in data.Evaluations.Index())
        {
            Assert.Equal((evaluation.Method.Key, evaluation.Iteration), ((string)blocks["index"]["columns"]![column]!["method"]!, (int)blocks["index"]["columns"]![column]!["iteration"]!));
            foreach (var (index, debate) in evaluation.Transcripts.Index())
            {
                var said = Texts(blocks[$"{problems[index]![1]}"][(int)problems[index]![2]!]!.AsArray())[column]!;
                Assert.Equal(debate.Turns.Select(turn => turn.Text), said[0]!.AsArray().Select(turn => (string)turn![4]!));
                Assert.Equal(debate.Turns.Select(turn => turn.Summary?.Text), said[0]!.AsArray().Select(turn => (string?)turn![7]));
                Assert.Equal(debate.Votes.Select(vote => vote.Answer), said[1]!.AsArray().Select(vote => (string?)vote![0]));
            }
        }
    }

    [Theory]
    [InlineData(150_000)]
    [InlineData(250_000)]
    [InlineData(400_000)]
    public void AReportIsNotLargerThanItsLimit(int mostBytes)
    {
        var data = SyntheticRun.Of(methods: 4, iterations: 2, problems: 150, SyntheticRun.Sentences);

        var html = HtmlReport.Render(data, mostBytes);

        var size = Encoding.UTF8.GetByteCount(html);
        Assert.InRange(size, 1, mostBytes);
        var said = Regex.Match(html, "([0-9]+) of 1\u202f200 debates and answers: those to ([0-9]+) of 150 evaluation problems, drawn at random, as this file is kept below [0-9.]+ MB");
        var problems = PackedDebates.Of(html)["index"]["problems"]!.AsArray();
        Assert.Equal(problems.Count, int.Parse(said.Groups[2].Value));
        Assert.Equal(8 * problems.Count, int.Parse(said.Groups[1].Value));
        Assert.Equal(problems.Select(problem => (int)problem![0]!).Order(), problems.Select(problem => (int)problem![0]!));
        // Not much more than another problem's debates had found room.
        var rest = mostBytes - size;
        var one = (size - Encoding.UTF8.GetByteCount(HtmlReport.Render(data, 1))) / problems.Count;
        Assert.True(rest < 2 * one, $"{problems.Count} problems of about {one} bytes are in {size} bytes, {rest} are left");
    }

    [Fact]
    public void ASampleIsTheSameForTheSameRunAndPartOfALargerOne()
    {
        var data = SyntheticRun.Of(methods: 2, iterations: 1, problems: 200, SyntheticRun.Sentences);

        var (small, large) = (HtmlReport.Render(data, 150_000), HtmlReport.Render(data, 250_000));

        Assert.Equal(small, HtmlReport.Render(data, 150_000));
        var (few, many) = (Numbers(small), Numbers(large));
        Assert.Subset(many, few);
        // Drawn from all, not the first ones.
        Assert.True(few.Max() > 150);

        static HashSet<int> Numbers(string html) => [.. PackedDebates.Of(html)["index"]["problems"]!.AsArray().Select(problem => (int)problem![0]!)];
    }

    [Fact]
    public void WhereNotEvenOneProblemFitsNoneIsInIt()
    {
        var data = SyntheticRun.Of(methods: 2, iterations: 1, problems: 5, SyntheticRun.Columns);

        var html = HtmlReport.Render(data, 10_000);

        Assert.Contains("0 of 10 debates and answers: those to 0 of 5 evaluation problems", html, StringComparison.Ordinal);
        Assert.Empty(PackedDebates.Of(html)["index"]["problems"]!.AsArray());
    }

    [Fact]
    public void EqualTextsOfAProblemAreThereOnce()
    {
        const string Said = "the same words in every debate";
        var data = SyntheticRun.Of(methods: 4, iterations: 3, problems: 1, SyntheticRun.Columns, (_, _, debates) => [.. debates.Select(debate => debate with { Turns = [.. debate.Turns.Select(turn => turn with { Text = Said })] })]);

        var chunk = PackedDebates.Of(HtmlReport.Render(data))["0"];

        Assert.Single(Regex.Matches(chunk.ToJsonString(), Said));
    }

    [Fact]
    public void ProblemsThatOnlySomeMethodsHaveAnsweredStandForThemselves()
    {
        var data = SyntheticRun.Of(methods: 2, iterations: 1, problems: 3, SyntheticRun.Columns, (method, _, debates) => method.Key == "base" ? [debates[2], debates[0]] : debates);

        var rows = PackedDebates.Of(HtmlReport.Render(data))["index"]["problems"]!.AsArray();

        Transcript[] expected = [data.Evaluations[0].Transcripts[0], data.Evaluations[0].Transcripts[1], data.Evaluations[1].Transcripts[1]];
        Assert.Equal(expected.Select(debate => debate.Question), rows.Select(row => (string)row![3]!));
        Assert.Equal([false, false, true], rows.Select(row => row![5]![0] is null));
        Assert.All(rows, row => Assert.NotNull(row![5]![1]));
    }

    [Fact]
    public void ThePolicyKnowsTheScriptAndNoOther()
    {
        const string Doctype = "<!DOCTYPE html>\n";
        var html = HtmlReport.Render(SyntheticRun.Of(methods: 1, iterations: 1, problems: 2, SyntheticRun.Columns));

        var page = XElement.Parse(html[Doctype.Length..], LoadOptions.PreserveWhitespace);
        var policy = (string)page.Descendants("meta").Single(meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!;
        var script = Regex.Match(html, """<script type="module">(.*?)</script>""", RegexOptions.Singleline).Groups[1].Value;
        Assert.Contains($"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}';", policy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", script, StringComparison.Ordinal);
        Assert.Equal("style", Assert.Single(policy.Split("; "), directive => directive.Contains("unsafe", StringComparison.Ordinal))[..5]);
    }

    /// <summary>Numbers for texts that have stood before become these texts.</summary>
    private static JsonArray Texts(JsonArray debates)
    {
        var known = new List<string>();
        var copy = debates.DeepClone().AsArray();
        foreach (var debate in copy.Where(debate => debate is not null))
        {
            foreach (var turn in debate![0]!.AsArray()) Resolve(turn!.AsArray(), 2, 3, 4, 5, 7);
            foreach (var vote in debate[1]!.AsArray()) Resolve(vote!.AsArray(), 0);
        }
        return copy;

        void Resolve(JsonArray fields, params int[] places)
        {
            foreach (var place in places)
            {
                if (fields[place] is not JsonValue value) continue;
                if (value.TryGetValue<string>(out var text)) known.Add(text);
                else fields[place] = known[value.GetValue<int>()];
            }
        }
    }
}

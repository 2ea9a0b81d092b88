using System.Text.Json.Nodes;
using System.Xml.Linq;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Report;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Report;

public sealed class HtmlReportTests : IDisposable
{
    private static readonly ModelDescription Model = new("m.gguf", "tiny", "llama", 1, 1, 1, 1);

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task RunWritesAWellFormedSelfContainedPage()
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files));

        var html = File.ReadAllText(_files.At("run/report.html"));

        var page = Parse(html);
        Assert.Equal(
            ["Methods", "Accuracy", "Difficulty", "Differences", "Agreement", "Labels", "Finetuning", "Debates: Multiagent finetuning, iteration 2", "All debates", "Reproduce"],
            page.Descendants("h2").Select(title => title.Value));
        Assert.Equal(
            ["Accuracy over tokens of the evaluation", "Accuracy over iterations", "Consensus of first answers over iterations", "Agents that debates turn"],
            page.Descendants("svg").Select(svg => (string?)svg.Attribute("aria-label")));
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "link" or "img" or "iframe");
        Assert.DoesNotContain(page.Descendants("script").Attributes(), attribute => attribute.Name == "src");
        // Addresses are told, as of a remote model's endpoint; nothing is fetched from one.
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Value.Contains("://", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Descendants("style"), style => style.Value.Contains("url(", StringComparison.Ordinal) || style.Value.Contains("@import", StringComparison.Ordinal));
        Assert.Contains("prefers-color-scheme: dark", html);
        // Four agents of a society and one alone, in two iterations.
        var finetuning = page.Descendants("section").Single(section => section.Element("h2")?.Value == "Finetuning");
        Assert.Equal(10, finetuning.Descendants("table").First().Descendants("tr").Count() - 1);
    }

    [Fact]
    public async Task DiversityIsATableAndAPlotOverIterations()
    {
        var summary = await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files), scores: true);

        var page = Parse(File.ReadAllText(_files.At("run/report.html")));

        var section = page.Descendants("section").Single(section => section.Element("h2")?.Value == "Diversity");
        var rows = section.Descendants("tr").Skip(1).Select(row => row.Elements("td").Select(cell => cell.Value).ToList()).ToList();
        Assert.Equal(["Debate", "Multiagent finetuning, iteration 1", "Multiagent finetuning, iteration 2"], rows.Select(row => row[0]));
        var last = summary.Methods.Single(row => row is { Name: "multiagent-ft", Iteration: 2 }).Diversity!;
        Assert.Equal(FormattableString.Invariant($"{last.HeldOutNegativeLogLikelihood:0.0000}"), rows[2][1]);
        Assert.Equal(FormattableString.Invariant($"{last.CriticDivergence:0.0000}"), rows[2][3]);
        var plots = section.Descendants("svg").ToList();
        Assert.Equal(["Diversity over iterations, nats a token", "Diversity over iterations, 1 − cosine"], plots.Select(plot => (string?)plot.Attribute("aria-label")));
        Assert.Equal(DiversityFigures.Named.Select(figure => figure.Title), section.Descendants("li").Select(line => line.Value));
        // Markers of what is known of the base and two iterations: perhaps no two answers to a problem agree with its vote.
        var known = summary.Methods.Where(row => row.Diversity is not null).SelectMany(row => DiversityFigures.Named.Where(figure => figure.Of(row.Diversity!) is not null)).ToLookup(figure => figure.Unit);
        Assert.Equal([18, known["1 − cosine"].Count()], plots.Select(plot => plot.Descendants("circle").Count() + plot.Descendants("ellipse").Count()));
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Value.Contains("://", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatAModelWroteStaysText()
    {
        const string Evil = "<script>alert(1)</script> & \u0001 \ud800 </pre>";

        var page = Parse(Render(Evaluation("debate", 0, [Debate(Evil, "1", right: false)])));

        // The browser's own script, and its data.
        Assert.Equal(["debates-index", "debates-0", null], page.Descendants("script").Select(script => (string?)script.Attribute("id")));
        Assert.Contains(page.Descendants("pre"), element => element.Value == "<script>alert(1)</script> & \ufffd \ufffd </pre>");
    }

    [Theory]
    [InlineData("1111111111", "0000000000", "100.0 % (72.2 to 100.0) of the problems right: 100.0 points more than debate")]
    [InlineData("0000000000", "1111111111", "0.0 % (0.0 to 27.8) of the problems right: 100.0 points fewer than debate")]
    [InlineData("1110000000", "0000000011", "30.0 % (10.8 to 60.3) of the problems right: no clear difference from debate")]
    public void HeadlineSaysWhatTheNumbersSay(string society, string debate, string headline)
    {
        var page = Parse(Render(Evaluation("debate", 0, Debates(debate)), Evaluation("multiagent-ft", 1, Debates(society))));

        Assert.Equal("Multiagent finetuning answers " + headline, page.Descendants("h1").Single().Value);
    }

    [Theory]
    [InlineData("1111000000", "1111100000", "no clear difference from greedy, the best baseline, which is 10.0 points ahead")]
    [InlineData("0000000000", "1111111111", "100.0 points fewer than greedy, the best baseline")]
    [InlineData("1111111111", "0000000001", "90.0 points more than greedy, the best baseline")]
    public void HeadlineComparesWithTheBestBaselineWhicheverItIs(string society, string greedy, string headline)
    {
        var page = Parse(Render(
            Evaluation("greedy", 0, Debates(greedy)),
            Evaluation("debate", 0, Debates("0000000000")),
            Evaluation("multiagent-ft", 1, Debates(society)),
            Evaluation("multiagent-ft-greedy-one", 1, Debates("1111111111"))));

        Assert.EndsWith("of the problems right: " + headline, page.Descendants("h1").Single().Value);
    }

    [Theory]
    [InlineData(100, 60, 29, "Multiagent finetuning, iteration 1: only 29 of the 60 votes it learned from are right.")]
    [InlineData(100, 9, 9, "Multiagent finetuning, iteration 1: only 9 of 100 votes had enough support to learn from.")]
    [InlineData(100, 0, 0, "Multiagent finetuning, iteration 1: no vote had enough support to learn from.")]
    [InlineData(100, 60, 30, null)]
    public void DoubtfulLabelsAreNamedBeforeAnythingElse(int problems, int used, int right, string? warning)
    {
        var page = Parse(Render([new LabelQuality("multiagent-ft", 1, problems, used, right)], Evaluation("multiagent-ft", 1, Debates("1111"))));

        var shown = page.Descendants("header").Single().Elements("p").Where(element => (string?)element.Attribute("class") == "warning");
        Assert.Equal(warning is null ? [] : [warning], shown.Select(element => element.Value));
    }

    [Fact]
    public void VotesWhoseRightAnswersAreNotKnownAreNotCountedAsWrong()
    {
        var debates = Debates("1110000000").Index().Select(debate => debate.Index < 4 ? debate.Item : debate.Item with
        {
            Truth = null,
            Votes = [.. debate.Item.Votes.Select(vote => vote with { Correct = null })],
        });

        var labels = LabelQuality.Of("multiagent-ft", 1, 10, [.. debates], 1);

        Assert.Null(labels.Warning());
        Assert.Equal((10, 3, 4), (labels.Used, labels.Right, labels.Known));
        var page = Parse(Render([labels], Evaluation("multiagent-ft", 1, Debates("1111"))));
        var section = page.Descendants("section").Single(section => section.Element("h2")?.Value == "Labels");
        Assert.Equal(["10", "10", "75.0 % of 4 known"], section.Descendants("td").Skip(2).Select(cell => cell.Value));
        Assert.Equal(
            "only 1 of the 3 votes it learned from whose right answers are known are right",
            (labels with { Right = 1, Known = 3 }).Warning());
    }

    [Fact]
    public void TurnsAreMarkedRightAndWrong()
    {
        var page = Parse(Render(Evaluation("debate", 0, [Debate("so", "1", right: true)])));

        var classes = page.Descendants("div").Select(element => (string?)element.Attribute("class") ?? "");

        // The one debate is in two groups: corrected by critics, and drawn from all.
        Assert.Equal(["turn wrong", "turn right", "turn wrong", "turn right"], classes.Where(name => name.Contains("turn")));
        Assert.Single(page.Descendants("p"), element => element.Value == "None in this run.");
    }

    [Theory]
    // Two of five are right at first, and won; two of four are, and lost.
    [InlineData("11345", true, 0)]
    [InlineData("1133", false, 1)]
    [InlineData("1113", true, 0)]
    public void CriticsTurnADebateRoundWhereItsFirstVoteIsWrong(string first, bool firstVoteIsRight, int turned)
    {
        var turns = new[] { first, new string('1', first.Length) }.Index()
            .SelectMany(round => round.Item.Select((answer, agent) => new Turn(round.Index + 1, agent, $"agent-{agent + 1}", null, 0, "?", "so", $"{answer}", 1, 5, FinishReason.EndOfTurn)));
        var debate = new Transcript(
            FileFormat.Current, "p", "What is it?", "1", [.. turns],
            [new RoundVote(1, firstVoteIsRight ? "1" : "3", 2, first.Length, firstVoteIsRight), new RoundVote(2, "1", first.Length, first.Length, true)]);

        var page = Parse(Render(Evaluation("debate", 0, [debate])));

        var title = page.Descendants("h3").Single(title => title.Value == "Critics turned it round");
        Assert.Equal(turned, title.ElementsAfterSelf().TakeWhile(element => element.Name != "h3").Count(element => element.Name == "details"));
    }

    [Fact]
    public void AnAgentWithTooFewExamplesHasThemInItsRow()
    {
        Evaluation[] evaluations = [Evaluation("base", 0, Debates("1"))];
        var config = new RunConfig { Model = "m.gguf", Iterations = 1 };

        var page = Parse(HtmlReport.Render(new ReportData(
            config, Summary.Of(config, new ArithmeticTask(), Model, evaluations, []), evaluations, [new TrainedAgent("Method", 1, "critic-1", 7, null)], new ArithmeticTask(), MethodCatalog.Default)));

        var section = page.Descendants("section").Single(section => section.Element("h2")?.Value == "Finetuning");
        Assert.Equal(["critic-1", "Method", "1", "7", "–"], section.Descendants("td").Take(5).Select(cell => cell.Value));
    }

    [Fact]
    public void ToReproduceARunItsFilesAreNamedWithoutFoldersAndARemoteModelAsItIs()
    {
        Evaluation[] evaluations = [Evaluation("base", 0, Debates("1"))];
        var config = new RunConfig { Model = "openai:maker/model", Task = "/some/where/problems.jsonl", Feedback = "/some/where/liked.jsonl", EmbeddingModel = "/some/where/embed.gguf" };
        InputFile[] inputs = [new("openai:maker/model", 0, "00"), new("/some/where/problems.jsonl", 1, "11"), new("/some/where/liked.jsonl", 1, "22"), new("/some/where/embed.gguf", 1, "33")];

        var page = Parse(HtmlReport.Render(
            new ReportData(config, Summary.Of(config, new ArithmeticTask(), Model, evaluations, []), evaluations, [], new ArithmeticTask(), MethodCatalog.Default) { Inputs = inputs }));

        var section = page.Descendants("section").Single(section => section.Element("h2")?.Value == "Reproduce");
        Assert.Contains("as config.json, beside problems.jsonl (SHA-256 11) and liked.jsonl (SHA-256 22) and embed.gguf (SHA-256 33), then:", section.Value, StringComparison.Ordinal);
        var written = JsonNode.Parse(section.Descendants("details").Single().Element("pre")!.Value)!;
        Assert.Equal(
            ["openai:maker/model", "problems.jsonl", "liked.jsonl", "embed.gguf"], ((string[])["model", "task", "feedback", "embeddingModel"]).Select(key => (string?)written[key]));
    }

    [Fact]
    public void RunsWithoutDebatesOrTrainingsHaveAReport()
    {
        var page = Parse(Render(Evaluation(
            "base", 0, [.. Debates("1010").Select(debate => debate with { Turns = [debate.Turns[1] with { Round = 1 }], Votes = [debate.Votes[1] with { Round = 1 }] })])));

        Assert.Equal(["Methods", "Accuracy", "All debates", "Reproduce"], page.Descendants("h2").Select(title => title.Value));
        Assert.Equal("Accuracy over tokens of the evaluation", (string?)Assert.Single(page.Descendants("svg")).Attribute("aria-label"));
        Assert.Equal("Base: 50.0 % (15.0 to 85.0)", page.Descendants("h1").Single().Value);
    }

    [Theory]
    [InlineData(0, "3 generators and as many critics, 2 rounds, no finetuning, measured on 4 others.")]
    [InlineData(1, "3 generators and as many critics, 2 rounds, 1 iteration of finetuning on 1\u202f000 unlabelled problems, measured on 4 others.")]
    public void TheFirstLinesSayWhatWasFinetuned(int iterations, string expected)
    {
        var config = new RunConfig { Model = "m.gguf", Iterations = iterations, TrainingProblems = 1000 };
        Evaluation[] evaluations = [Evaluation("base", 0, Debates("1010"))];

        var page = Parse(HtmlReport.Render(new ReportData(
            config, Summary.Of(config, new ArithmeticTask(), Model, evaluations, []), evaluations, [], new ArithmeticTask(), MethodCatalog.Default)));

        Assert.EndsWith(expected, page.Descendants("header").Single().Elements("p").Single(line => line.Value.Contains("generators", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
    }

    /// <summary>Whether debates help is told without right answers.</summary>
    [Fact]
    public void DebatesWhoseRevisedAnswersAreNewAreAWarning()
    {
        IReadOnlyList<Transcript> debates = [.. Enumerable.Range(0, 20).SelectMany(_ => Debates("1010")).Select(debate => debate with
        {
            Turns = [.. debate.Turns.Select(turn => turn.Round == 1 ? turn : turn with { Answer = $"{100 + turn.Agent}" })],
        })];

        var warned = Parse(Render(Evaluation("debate", 0, debates)));
        var calm = Parse(Render(Evaluation("debate", 0, Debates("1010"))));

        Assert.Contains(warned.Descendants("p"), line => (string?)line.Attribute("class") == "warning" && line.Value.StartsWith("Debate: 100 % of revised answers are ones that no agent had given first", StringComparison.Ordinal));
        Assert.DoesNotContain("revised answers", calm.Value, StringComparison.Ordinal);
    }

    private static XElement Parse(string html)
    {
        const string Doctype = "<!DOCTYPE html>\n";
        Assert.StartsWith(Doctype, html);
        return XElement.Parse(html[Doctype.Length..], LoadOptions.PreserveWhitespace);
    }

    [Fact]
    public void UnstableTrainingsAreListed()
    {
        Evaluation[] evaluations = [Evaluation("base", 0, Debates("1")), Evaluation("multiagent-ft", 1, Debates("1"))];

        var unstable = Parse(Render([], 9.5, evaluations));
        var stable = Parse(Render([], 1, evaluations));

        Assert.Contains(unstable.Descendants("li"), item => item.Value.Contains("critic-1", StringComparison.Ordinal) && item.Value.EndsWith("the loss rose from 1.00 to 9.50 nats a token: the learning rate may be too high", StringComparison.Ordinal));
        Assert.DoesNotContain("the loss rose", stable.Value, StringComparison.Ordinal);
    }

    private static string Render(params Evaluation[] evaluations) => Render([], evaluations);

    private static string Render(IReadOnlyList<LabelQuality> labels, params Evaluation[] evaluations) => Render(labels, 1, evaluations);

    private static string Render(IReadOnlyList<LabelQuality> labels, double highestLoss, Evaluation[] evaluations)
    {
        var config = new RunConfig { Model = "m.gguf", Iterations = 1 };
        var trainings = evaluations.Where(evaluation => evaluation.Iteration > 0)
            .Select(evaluation => new TrainedAgent(evaluation.Method.Title, 1, "critic-1", 3, new TrainingReport(3, 0, 1, 30, 10, 1, 0.5, 2) { StartLoss = 1, HighestLoss = highestLoss }));
        return HtmlReport.Render(new ReportData(
            config, Summary.Of(config, new ArithmeticTask(), Model, evaluations, labels), evaluations, [.. trainings], new ArithmeticTask(), MethodCatalog.Default));
    }

    private static Evaluation Evaluation(string method, int iteration, IReadOnlyList<Transcript> transcripts) =>
        new(MethodCatalog.Default[method], iteration, transcripts, 1, default);

    private static Transcript[] Debates(string correct) => [.. correct.Select(right => Debate("so", "1", right == '1'))];

    /// <summary>One agent that is wrong first, and then right or not.</summary>
    private static Transcript Debate(string text, string truth, bool right)
    {
        var last = right ? truth : "3";
        return new Transcript(
            FileFormat.Current,
            "p",
            "What is it?",
            truth,
            [Turn(1, "2"), Turn(2, last)],
            [new RoundVote(1, "2", 1, 1, false), new RoundVote(2, last, 1, 1, right)]);

        Turn Turn(int round, string answer) => new(round, 0, round == 1 ? "generator-1" : "critic-1", null, 0, "?", text, answer, 1, 5, FinishReason.EndOfTurn);
    }
}

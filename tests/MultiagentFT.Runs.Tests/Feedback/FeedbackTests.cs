using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Feedback;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Feedback;

public sealed class FeedbackTests : IDisposable
{
    private static readonly ChatMessage[] Prompt = [ChatMessage.User("What is 1+1?")];

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.At("feedback.jsonl");

    public void Dispose() => _folder.Dispose();

    /// <summary>Whatever part of the last line a killed writer has left: what was kept before stays, and the next judgment is whole.</summary>
    [Fact]
    public void A_torn_last_line_is_cut_off_by_the_next_writer()
    {
        Open().Prefer("Ada", Prompt, Answer("2"), Answer("3"));
        var first = File.ReadAllBytes(FilePath);
        Open().Mark("Bo", Prompt, Answer("2"), isGood: true);
        var both = File.ReadAllBytes(FilePath);

        for (var length = first.Length; length < both.Length; length += 7)
        {
            File.WriteAllBytes(FilePath, both[..length]);
            Assert.Equal(["Ada"], FeedbackFile.Read(FilePath).Select(judgment => judgment.By));
            Open().Mark("Bo", Prompt, Answer("2"), isGood: true);
            Assert.Equal(both, File.ReadAllBytes(FilePath));
        }
        File.WriteAllBytes(FilePath, first[..^1]);
        Assert.Empty(FeedbackFile.Read(FilePath));
        Open().Prefer("Ada", Prompt, Answer("2"), Answer("3"));
        Assert.Equal(first, File.ReadAllBytes(FilePath));
        // Longer than what is read at a time.
        File.WriteAllBytes(FilePath, [.. first, .. Encoding.UTF8.GetBytes(new string('x', 10_000))]);
        Open().Mark("Bo", Prompt, Answer("2"), isGood: true);
        Assert.Equal(both, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void A_line_says_who_and_when_and_is_a_preference_of_trl()
    {
        Open().Prefer("Ada", Prompt, Answer("2", isVote: true), Answer("3"));

        var line = JsonDocument.Parse(File.ReadAllText(FilePath)).RootElement;

        Assert.Equal("Ada", line.GetProperty("by").GetString());
        Assert.Equal(DateTimeOffset.UnixEpoch, line.GetProperty("at").GetDateTimeOffset());
        Assert.Equal("[{\"role\":\"user\",\"content\":\"What is 1+1?\"}]", line.GetProperty("prompt").GetRawText());
        Assert.Equal("[{\"role\":\"assistant\",\"content\":\"2\"}]", line.GetProperty("chosen").GetRawText());
        Assert.Equal("[{\"role\":\"assistant\",\"content\":\"3\"}]", line.GetProperty("rejected").GetRawText());
        Assert.Equal(Open().Prefer("Ada", Prompt, Answer("2", isVote: true), Answer("3")).ChosenFrom, Assert.IsType<Preference>(FeedbackFile.Read(FilePath)[1]).ChosenFrom);
    }

    [Theory]
    [InlineData("{}", "format")]
    [InlineData("null", "format")]
    [InlineData("{\"format\":2}", "line 1")]
    [InlineData("{\"format\":2,\"at\":\"1970-01-01T00:00:00+00:00\",\"by\":\"\",\"prompt\":[{\"role\":\"user\",\"content\":\"a\"}],\"completion\":[{\"role\":\"assistant\",\"content\":\"2\"}],\"label\":true,\"completionFrom\":{\"speaker\":\"base\"}}", "by")]
    [InlineData("{\"format\":2,\"at\":\"1970-01-01T00:00:00+00:00\",\"by\":\"Ada\",\"prompt\":[],\"completion\":[{\"role\":\"assistant\",\"content\":\"2\"}],\"label\":true,\"completionFrom\":{\"speaker\":\"base\"}}", "prompt")]
    [InlineData("{\"format\":2,\"at\":\"1970-01-01T00:00:00+00:00\",\"by\":\"Ada\",\"prompt\":[{\"role\":\"user\",\"content\":\"a\"}],\"completion\":[],\"label\":true,\"completionFrom\":{\"speaker\":\"base\"}}", "completion")]
    [InlineData("{\"format\":2,\"at\":\"1970-01-01T00:00:00+00:00\",\"by\":\"Ada\",\"prompt\":[{\"role\":\"user\",\"content\":\"a\"}],\"completion\":[{\"role\":\"assistant\",\"content\":\"\\ud800\"}],\"label\":true,\"completionFrom\":{\"speaker\":\"base\"}}", "line 1")]
    public void What_is_no_judgment_is_named(string line, string place)
    {
        File.WriteAllText(FilePath, line + "\n");

        Assert.Contains(place, Assert.Throws<InputException>(() => FeedbackFile.Read(FilePath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void People_agree_with_each_other_and_with_the_vote()
    {
        var file = Open();
        // Ada first prefers the other way; her last word counts. The vote is for 2.
        file.Prefer("Ada", Prompt, Answer("3"), Answer("2", isVote: true));
        file.Prefer("Ada", Prompt, Answer("2", isVote: true), Answer("3"));
        file.Prefer("Bo", Prompt, Answer("2", isVote: true), Answer("3"));
        file.Prefer("Cy", Prompt, Answer("3"), Answer("2", isVote: true));
        file.Mark("Ada", Prompt, Answer("3"), isGood: false);
        file.Mark("Bo", Prompt, Answer("3"), isGood: true);
        file.Mark("Cy", [ChatMessage.User("Another.")], Answer("3", isVote: null), isGood: true);

        var summary = FeedbackSummary.Of(FeedbackFile.Read(FilePath));

        Assert.Equal((6, 1), (summary.Judgments, summary.Replaced));
        // Of the pair: Ada with Bo yes, with Cy no, Bo with Cy no. Of the mark: Ada with Bo no.
        Assert.Equal(new AgreementShare(1, 4), summary.BetweenPeople);
        // Preferences: Ada and Bo yes, Cy no. Marks of an answer that is not the vote: Ada yes, Bo no.
        Assert.Equal(new AgreementShare(3, 5), summary.WithVote);
        Assert.Equal(
            [
                new PersonFeedback("Ada", 1, 1, new AgreementShare(1, 3), new AgreementShare(2, 2)),
                new PersonFeedback("Bo", 1, 1, new AgreementShare(1, 3), new AgreementShare(1, 2)),
                new PersonFeedback("Cy", 1, 1, new AgreementShare(0, 2), new AgreementShare(0, 1)),
            ],
            summary.People);
    }

    [Fact]
    public void Datasets_hold_what_most_people_think()
    {
        var file = Open();
        file.Prefer("Ada", Prompt, Answer("2"), Answer("3"));
        file.Prefer("Bo", Prompt, Answer("2"), Answer("3"));
        file.Prefer("Cy", Prompt, Answer("3"), Answer("2"));
        // One against one: nothing is decided.
        file.Prefer("Ada", Prompt, Answer("4"), Answer("5"));
        file.Prefer("Bo", Prompt, Answer("5"), Answer("4"));
        file.Mark("Ada", Prompt, Answer("3"), isGood: true);
        var (pairs, labelled) = (_folder.At("pairs.jsonl"), _folder.At("labelled.jsonl"));

        Assert.Equal(1, FeedbackDataset.WritePairs(pairs, FeedbackFile.Read(FilePath)));
        Assert.Equal(2, FeedbackDataset.WriteLabelled(labelled, FeedbackFile.Read(FilePath)));

        const string Asked = "{\"prompt\":[{\"role\":\"user\",\"content\":\"What is 1+1?\"}],";
        Assert.Equal([Asked + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"2\"}],\"rejected\":[{\"role\":\"assistant\",\"content\":\"3\"}]}"], File.ReadAllLines(pairs));
        // 3 was marked, which says more than that 2 is better; 4 and 5 stay undecided.
        Assert.Equal(
            [
                Asked + "\"completion\":[{\"role\":\"assistant\",\"content\":\"3\"}],\"label\":true}",
                Asked + "\"completion\":[{\"role\":\"assistant\",\"content\":\"2\"}],\"label\":true}",
            ],
            File.ReadAllLines(labelled));
    }

    /// <summary>Feedback comes after a run has ended: the folder is still as the run left it.</summary>
    [Fact]
    public void No_manifest_lists_feedback()
    {
        var layout = new RunLayout(_folder.Root);
        File.WriteAllText(layout.Config, "{}");
        Open().Mark("Ada", Prompt, Answer("2"), isGood: true);
        var manifest = Manifest.Of(layout);
        Open().Mark("Bo", Prompt, Answer("2"), isGood: true);

        manifest.Check(layout);
        Assert.Equal(["config.json"], manifest.Files.Select(file => file.Path));
    }

    private static (string Text, AnswerOrigin From) Answer(string text, bool? isVote = false) => (text, new AnswerOrigin("base", IsVote: isVote));

    private FeedbackFile Open() => new(FilePath, new StoppedClock());
}

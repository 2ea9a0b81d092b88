using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Datasets;

public sealed class UnreadableAnswersTests
{
    private const string Markup = "<|im_end|>";

    private static readonly Transcript[] Debates =
    [
        Transcripts.Of("a", "5", ["5", "5"], ["5", "5"]).With(1, 1, turn => turn with { Text = turn.Text + Markup }),
        Transcripts.Of("b", "6", ["6", "6"], ["6", "6"]),
    ];

    [Fact]
    public void They_are_left_out_of_datasets_and_counted()
    {
        var (readable, count) = UnreadableAnswers.Mark(Debates, Find);
        var sets = new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { CriticNegativeShare = null }, [ChatMessage.System("S")]).Build(readable, new Seed(1));

        Assert.Equal(1, count);
        Assert.Same(Debates[1], readable[1]);
        Assert.Equal([2, 1], sets.Generators.Select(examples => examples.Count));
        Assert.Equal([2, 1], sets.Critics.Select(examples => examples.Count));
        var all = sets.Generators.Concat(sets.Critics).SelectMany(examples => examples).ToList();
        Assert.All(all, example => Assert.Equal(ChatMessage.System("S"), example.Messages[0]));
        Assert.DoesNotContain(all.SelectMany(example => example.Messages), message => message.Content.Contains(Markup, StringComparison.Ordinal));
        Assert.Single(MajorityDataset.Of([.. readable.Take(1)], new ArithmeticTask(), 1));
    }

    [Fact]
    public void Others_stay_as_they_are() => Assert.Equal(0, UnreadableAnswers.Mark([Debates[1]], Find).Count);

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "1 answer spells a control token and teaches nothing")]
    [InlineData(2, "2 answers spell control tokens and teach nothing")]
    public void They_are_said(int count, string? text) => Assert.Equal(text, UnreadableAnswers.Describe(count));

    private static string? Find(string text) => text.Contains(Markup, StringComparison.Ordinal) ? Markup : null;
}

using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tests.Fakes;

namespace MultiagentFT.Debate.Tests.Datasets;

public sealed class PreferenceDatasetTests : IDisposable
{
    /// <summary>Agents 0, 1, 2 with two rounds each.</summary>
    private static readonly Transcript[] Debates =
    [
        Transcripts.Of("a", "5", ["5", "5"], ["4", "5"], ["3", "4"]),
        Transcripts.Of("b", "6", ["6", "6"], ["6", "6"], ["6", "6"]),
        Transcripts.Of("c", null, [null, null], [null, null], [null, null]),
        Transcripts.Of("d", "7", ["1", "7"], ["2", "7"], [null, "7"]),
    ];

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Unwanted_first_answers_are_paired_with_wanted_ones_in_turn()
    {
        var pairs = Of(minimumVotes: 1).Pairs(Debates);

        Assert.Equal(
            [
                (Text(0, 1, 0), Text(0, 1, 1)), // the wanted first answer
                (Text(0, 2, 0), Text(0, 1, 2)), // an answer with which an agent left
                (Text(3, 2, 0), Text(3, 1, 0)),
                (Text(3, 2, 1), Text(3, 1, 1)),
            ],
            pairs.Select(pair => (pair.Chosen[0].Content, pair.Rejected[0].Content)));
        Assert.All(pairs, pair => Assert.Equal(["Be brief.", Debates[pair == pairs[0] || pair == pairs[1] ? 0 : 3].Turns[0].Prompt], pair.Prompt.Select(message => message.Content)));
        Assert.All(pairs, pair => Assert.Equal(ChatMessage.AssistantRole, pair.Chosen[0].Role));
    }

    [Fact]
    public void An_agent_learns_from_pairs_of_which_one_side_is_its_own()
    {
        var dataset = Of(minimumVotes: 1);

        Assert.Equal([(Text(0, 1, 0), Text(0, 1, 1)), (Text(3, 2, 0), Text(3, 1, 0))], Sides(0));
        Assert.Equal([(Text(0, 2, 1), Text(0, 1, 1)), (Text(3, 2, 1), Text(3, 1, 1))], Sides(1));
        // It left the first debate with another answer than the vote, so it takes the third of the wanted ones, and had no first answer in the last debate.
        Assert.Equal([(Text(0, 2, 1), Text(0, 1, 2))], Sides(2));

        IEnumerable<(string, string)> Sides(int agent) => dataset.PairsOf(Debates, agent).Select(pair => (pair.Chosen[0].Content, pair.Rejected[0].Content));
    }

    [Fact]
    public void Every_answer_has_its_label()
    {
        var labelled = Of(minimumVotes: 3).Labelled(Debates);

        // Three agents stand behind the votes of b and d; not behind a's.
        Assert.Equal(
            [
                .. Texts(1, true, (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)),
                .. Texts(3, true, (2, 0), (2, 1), (2, 2)),
                .. Texts(3, false, (1, 0), (1, 1)),
            ],
            labelled.Select(one => (one.Completion[0].Content, one.Label)));

        static IEnumerable<(string, bool)> Texts(int debate, bool label, params (int Round, int Agent)[] turns) =>
            turns.Select(turn => Text(debate, turn.Round, turn.Agent)).Distinct().Select(text => (text, label));
    }

    [Fact]
    public void Cut_answers_are_on_neither_side()
    {
        var cut = Debates[0].With(1, 1, turn => turn with { Finish = FinishReason.Length }).With(1, 0, turn => turn with { Finish = FinishReason.Length });

        var pair = Assert.Single(Of(minimumVotes: 1).Pairs([cut]));

        Assert.Equal((Text(0, 2, 0), Text(0, 1, 2)), (pair.Chosen[0].Content, pair.Rejected[0].Content));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var dataset = Of(minimumVotes: 1);
        PreferenceFile.Write(_files.File("pairs.jsonl"), dataset.Pairs(Debates));
        PreferenceFile.Write(_files.File("labels.jsonl"), dataset.Labelled(Debates));

        Assert.Equal(
            dataset.Pairs(Debates).Select(pair => (pair.Prompt[1], pair.Chosen[0], pair.Rejected[0])),
            PreferenceFile.ReadPairs(_files.File("pairs.jsonl")).Select(pair => (pair.Prompt[1], pair.Chosen[0], pair.Rejected[0])));
        Assert.Equal(
            dataset.Labelled(Debates).Select(one => (one.Prompt[1], one.Completion[0], one.Label)),
            PreferenceFile.ReadLabelled(_files.File("labels.jsonl")).Select(one => (one.Prompt[1], one.Completion[0], one.Label)));
        Assert.StartsWith(
            """{"prompt":[{"role":"system","content":"Be brief."},{"role":"user",""", File.ReadAllText(_files.File("pairs.jsonl")), StringComparison.Ordinal);
    }

    private static PreferenceDataset Of(int minimumVotes) => new(new ArithmeticTask(), minimumVotes, [new ChatMessage(ChatMessage.SystemRole, "Be brief.")]);

    private static string Text(int debate, int round, int agent) => Debates[debate].At(round, agent).Text;
}

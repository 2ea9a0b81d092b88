using System.Text.Json;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Datasets;

public sealed class DatasetBuilderTests
{
    /// <summary>Agents 0, 1, 2 with two rounds each.</summary>
    private static readonly Transcript[] Debates =
    [
        Transcripts.Of("a", "5", ["5", "5"], ["4", "5"], ["5", "4"]),
        Transcripts.Of("b", "6", ["1", "6"], ["6", "6"], [null, "6"]),
        Transcripts.Of("c", null, [null, null], [null, null], [null, null]),
        Transcripts.Of("d", "7", ["7", "+7"], ["2", "7"], ["3", "7"]),
    ];

    [Fact]
    public void Generators_learn_first_answers_that_agree_with_the_vote()
    {
        var generators = Build(null).Generators;

        Assert.Equal(Json([First("a", 0, "5"), First("d", 0, "7")]), Json(generators[0]));
        Assert.Equal(Json([First("b", 1, "6")]), Json(generators[1]));
        Assert.Equal(Json([First("a", 2, "5")]), Json(generators[2]));
    }

    [Fact]
    public void Critics_learn_whole_trajectories_that_end_in_the_vote()
    {
        var critics = Build(null).Critics;

        Assert.Equal(Json([Both("a", 0, "5", "5"), Both("b", 0, "1", "6"), Both("d", 0, "7", "+7")]), Json(critics[0]));
        Assert.Equal(Json([Both("a", 1, "4", "5"), Both("b", 1, "6", "6"), Both("d", 1, "2", "7")]), Json(critics[1]));
        Assert.Equal(Json([Both("d", 2, "3", "7")]), Json(critics[2]));
    }

    [Fact]
    public void Counts_say_what_was_found_and_kept() => Assert.Equal(
        [
            new DatasetCounts(0, 4, 2, NegativesFound: 1, PositivesFound: 2, NegativesKept: 1, PositivesKept: 1),
            new DatasetCounts(1, 4, 1, NegativesFound: 2, PositivesFound: 1, NegativesKept: 1, PositivesKept: 1),
            new DatasetCounts(2, 4, 1, NegativesFound: 1, PositivesFound: 0, NegativesKept: 1, PositivesKept: 0),
        ],
        Build(0.5).Counts);

    [Fact]
    public void The_truth_is_never_read()
    {
        var otherTruth = Debates.Select(debate => debate with { Truth = "5", Votes = [.. debate.Votes.Select(vote => vote with { Correct = !vote.Correct })] }).ToList();

        Assert.Equal(
            JsonSerializer.Serialize(Build(0.5)),
            JsonSerializer.Serialize(new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { MinimumVotes = 1 }).Build(otherTruth, new Seed(3))));
    }

    [Fact]
    public void Failed_cut_and_unread_turns_are_never_learned_from()
    {
        Transcript[] debates =
        [
            Debates[0].With(1, 0, turn => turn with { Finish = FinishReason.Length }),
            Debates[1].With(2, 0, turn => turn with { Finish = FinishReason.ContextFull }),
            Debates[3].With(2, 0, turn => turn with { Failure = new(FailureKind.Invalid, "failed"), Finish = FinishReason.Failed }),
        ];
        var sets = new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { CriticNegativeShare = null, MinimumVotes = 1 }).Build(debates, new Seed(3));

        Assert.Equal(Json([First("d", 0, "7")]), Json(sets.Generators[0]));
        Assert.Empty(sets.Critics[0]);
    }

    [Fact]
    public void Critics_that_never_spoke_learn_nothing()
    {
        var debate = Transcripts.Of("a", "5", ["5"], ["5"]);
        var sets = new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { MinimumVotes = 1 }).Build([debate], new Seed(3));

        Assert.All(sets.Critics, Assert.Empty);
        Assert.All(sets.Generators, examples => Assert.Single(examples));
    }

    [Fact]
    public void The_mixture_depends_on_the_seed_and_keeps_its_share()
    {
        Transcript[] debates =
        [
            .. Enumerable.Range(0, 40).Select(n => Transcripts.Of($"n{n}", "5", ["4", "5"])),
            .. Enumerable.Range(0, 30).Select(n => Transcripts.Of($"p{n}", "5", ["5", "5"])),
        ];
        var builder = new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { CriticNegativeShare = 0.25, MinimumVotes = 1 });
        var examples = builder.Build(debates, new Seed(3)).Critics[0];
        var contents = examples.Select(example => example.Messages[0].Content).ToList();

        Assert.Equal(30, contents.Count(content => content.StartsWith('p')));
        Assert.Equal(10, contents.Count(content => content.StartsWith('n')));
        Assert.Equal(40, contents.Distinct().Count());
        Assert.Equal(Json(examples), Json(builder.Build(debates, new Seed(3)).Critics[0]));
        Assert.NotEqual(Json(examples), Json(builder.Build(debates, new Seed(4)).Critics[0]));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Shares_out_of_range_are_refused(double share) => Assert.Throws<InputException>(
        () => new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { CriticNegativeShare = share }));

    [Fact]
    public void A_single_agent_learns_all_samples_that_agree_with_their_vote()
    {
        Transcript[] samples =
        [
            Transcripts.Of("a", "5", ["5"], ["4"], ["5"]).With(1, 2, turn => turn with { Finish = FinishReason.Length }),
            Transcripts.Of("b", "6", ["06"], ["6"], [null]),
            Transcripts.Of("c", null, [null], [null], [null]),
        ];

        Assert.Equal(
            Json([First("a", 0, "5"), First("b", 0, "06"), First("b", 1, "6")]), Json(MajorityDataset.Of(samples, new ArithmeticTask(), 1)));
        Assert.Equal(
            Json([First("a", 0, "5"), First("b", 0, "06"), First("b", 1, "6")]), Json(MajorityDataset.Of(samples, new ArithmeticTask(), 2)));
        Assert.Empty(MajorityDataset.Of(samples, new ArithmeticTask(), 3));
    }

    [Fact]
    public void Votes_that_too_few_agents_stand_behind_teach_nothing()
    {
        Transcript[] debates =
        [
            Transcripts.Of("one", "5", ["5", "5"], ["5", "4"], ["5", "3"]),
            Transcripts.Of("two", "5", ["5", "5"], ["5", "05"], ["5", "3"]),
            Transcripts.Of("three", "5", ["5", "5"], ["5", "5"], ["5", "5"]),
        ];

        Assert.Equal(["one prompt 1", "two prompt 1", "three prompt 1"], Questions(1));
        Assert.Equal(["two prompt 1", "three prompt 1"], Questions(2));
        Assert.Equal(["three prompt 1"], Questions(3));

        IEnumerable<string> Questions(int votes) =>
            new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { MinimumVotes = votes })
                .Build(debates, new Seed(3)).Generators[0].Select(example => example.Messages[0].Content);
    }

    [Fact]
    public void Contested_debates_alone_teach_on_request()
    {
        Transcript[] debates =
        [
            Transcripts.Of("agreed", "5", ["5", "5"], ["05", "5"], ["5", "5"]),
            Transcripts.Of("differed", "5", ["5", "5"], ["4", "5"], ["5", "5"]),
            Transcripts.Of("failed", "5", ["5", "5"], ["5", "5"], [null, "5"]),
        ];

        var sets = new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { Contested = true, CriticNegativeShare = null }).Build(debates, new Seed(3));

        Assert.Equal(["differed prompt 1", "failed prompt 1"], sets.Generators[0].Select(example => example.Messages[0].Content));
        Assert.Equal(["failed prompt 1"], sets.Generators[1].Select(example => example.Messages[0].Content));
        Assert.Equal(["differed prompt 1", "failed prompt 1"], sets.Critics[1].Select(example => example.Messages[0].Content));
    }

    [Fact]
    public void Who_learns_changes_of_mind_alone_has_nothing_from_debates_without_any()
    {
        Transcript[] debates = [Transcripts.Of("agreed", "5", ["5", "5"], ["05", "5"]), Transcripts.Of("differed", "5", ["4", "5"], ["5", "5"])];
        var options = new DatasetOptions { GeneratorTarget = GeneratorTarget.Changed, CriticNegativeShare = 1 };

        var persuaded = Transcripts.Of("persuaded", "5", ["4", "5"], ["4", "5"]);
        persuaded = persuaded with { Votes = [persuaded.Votes[0] with { Answer = "4", Votes = 2 }, persuaded.Votes[1]] };

        Assert.Equal([debates[1], persuaded], options.TeachingSociety([.. debates, persuaded]));
        Assert.Equal(debates, options.Teaching(debates));
        Assert.Equal(debates, (options with { CriticNegativeShare = 0.5 }).TeachingSociety(debates));
        Assert.Equal([debates[1]], (options with { Contested = true }).Teaching(debates));
    }

    /// <summary>The first agent changes its mind, the second keeps it, the third leaves the vote.</summary>
    [Theory]
    [InlineData(GeneratorTarget.First, 0, 1, 1)]
    [InlineData(GeneratorTarget.Last, 1, 1, 0)]
    [InlineData(GeneratorTarget.Changed, 1, 0, 0)]
    public void Generators_learn_the_answers_that_are_asked_for(GeneratorTarget target, params int[] examples)
    {
        Transcript[] debates = [Transcripts.Of("a", "5", ["4", "5"], ["5", "05"], ["5", "6"])];

        var sets = new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { GeneratorTarget = target, CriticNegativeShare = null }).Build(debates, new Seed(3));

        Assert.Equal(examples, sets.Generators.Select(set => set.Count));
        Assert.Equal([1, 1, 0], sets.Critics.Select(set => set.Count));
        foreach (var (generator, critic) in sets.Generators.Zip(sets.Critics).Where(pair => target != GeneratorTarget.First && pair.First.Count > 0))
            Assert.Equal([generator[0].Messages[0].Content, critic[0].Messages[^1].Content], generator[0].Messages.Select(message => message.Content));
        Assert.All(sets.Generators.SelectMany(set => set), example => Assert.Equal("a prompt 1", example.Messages[0].Content));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Numbers_of_votes_out_of_range_are_refused(int votes) => Assert.Throws<InputException>(
        () => new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { MinimumVotes = votes }));

    private static SocietyDatasets Build(double? share) =>
        new DatasetBuilder(new ArithmeticTask(), new DatasetOptions { CriticNegativeShare = share, MinimumVotes = 1 }).Build(Debates, new Seed(3));

    private static ChatExample First(string id, int agent, string answer) =>
        new([ChatMessage.User($"{id} prompt 1"), ChatMessage.Assistant(Transcripts.Text(id, agent, 1, answer))]);

    private static ChatExample Both(string id, int agent, string first, string last) => new(
    [
        .. First(id, agent, first).Messages,
        ChatMessage.User($"{id} prompt 2"),
        ChatMessage.Assistant(Transcripts.Text(id, agent, 2, last)),
    ]);

    private static string Json(IEnumerable<ChatExample> examples) => JsonSerializer.Serialize(examples);
}

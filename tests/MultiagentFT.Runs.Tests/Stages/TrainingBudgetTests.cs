using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Tests.Stages;

public sealed class TrainingBudgetTests
{
    [Fact]
    public void EachAgentKeepsTheSameShareInItsOrder()
    {
        var sets = new Dictionary<string, IReadOnlyList<ChatExample>> { ["one"] = Examples(100), ["two"] = Examples(300) };

        var trimmed = TrainingBudget.Trim(sets, 2000, new Seed(1));

        // 400 examples of 10 characters each: half of each agent's.
        Assert.Equal((50, 150), (trimmed["one"].Count, trimmed["two"].Count));
        Assert.Equal(2000, trimmed.Values.Sum(TrainingBudget.Characters));
        var kept = trimmed["two"].Select(example => sets["two"].Index().First(pair => ReferenceEquals(pair.Item, example)).Index).ToList();
        Assert.Equal(kept.Order(), kept);
        Assert.NotEqual(Enumerable.Range(0, 150), kept);
        Assert.Equal(trimmed["two"], TrainingBudget.Trim(sets, 2000, new Seed(1))["two"]);
        Assert.NotEqual(trimmed["two"], TrainingBudget.Trim(sets, 2000, new Seed(2))["two"]);
    }

    [Fact]
    public void WhatFitsStaysWhole()
    {
        var sets = new Dictionary<string, IReadOnlyList<ChatExample>> { ["one"] = Examples(10) };

        Assert.Same(sets, TrainingBudget.Trim(sets, 100, new Seed(1)));
    }

    private static List<ChatExample> Examples(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new ChatExample([ChatMessage.User("12345"), ChatMessage.Assistant("67890")]))];
}

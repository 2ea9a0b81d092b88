using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Scheduling;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Scheduling;

/// <summary>What ended sequences have left, where slots may have gaps.</summary>
public class KeptSlotsTests
{
    private static readonly FakeAdapter Critic = new("critic");

    [Fact]
    public void A_second_turn_goes_on_from_the_first_although_others_have_been_served_meanwhile()
    {
        var simulation = New(slots: 1, kept: 4);
        var first = Serve(simulation, Critic, [.. Enumerable.Range(0, 60)]);
        for (var i = 0; i < 3; i++) Serve(simulation, null, [.. Enumerable.Range(100 + i, 40)]);

        var second = Serve(simulation, Critic, [.. first.Tokens, 7, 8, 9]);

        // The last token of an answer is drawn, but not computed.
        Assert.Equal(first.Tokens.Count - 1, second.CachedTokens);
        Assert.Equal(Simulation.Alone(new FakeRuntime { Mixes = true }, second, 320), second.Tokens);
    }

    [Fact]
    public void Another_agent_never_gets_them()
    {
        var simulation = New(slots: 1, kept: 4);
        var first = Serve(simulation, Critic, [.. Enumerable.Range(0, 60)]);
        Assert.Equal(0, Serve(simulation, new FakeAdapter("critic"), [.. first.Tokens, 7]).CachedTokens);
    }

    [Fact]
    public void The_one_left_longest_ago_gives_way()
    {
        var simulation = New(slots: 1, kept: 2);
        var turns = Enumerable.Range(0, 4).Select(i => Serve(simulation, null, [.. Enumerable.Repeat(10 * i, 50)])).ToArray();

        Assert.Equal(turns[3].Tokens.Count - 1, Serve(simulation, null, [.. turns[3].Tokens, 1]).CachedTokens);
        Assert.Equal(turns[2].Tokens.Count - 1, Serve(simulation, null, [.. turns[2].Tokens, 1]).CachedTokens);
        Assert.Equal(0, Serve(simulation, null, [.. turns[0].Tokens, 1]).CachedTokens);
    }

    [Fact]
    public void No_more_sequences_run_than_there_are_slots_and_none_is_moved()
    {
        var simulation = New(slots: 2, kept: 6);
        simulation.Arrive([.. Enumerable.Range(0, 5).Select(i => new Sequence(null, [i, 50 + i], 10))]);
        while (simulation.Scheduler.HasWork)
        {
            simulation.Step();
            Assert.InRange(simulation.Scheduler.Running.Count, 0, 2);
        }
        Assert.Equal(5, simulation.Ended.Count);
        Assert.Equal(0, simulation.Context.Copies);
    }

    private static Simulation New(int slots, int kept) => new(
        new FakeRuntime { Mixes = true }, new ContextOptions { Slots = slots, KeptSlots = kept, SlotContext = 320, BatchTokens = 64 });

    private static Sequence Serve(Simulation simulation, IRuntimeAdapter? adapter, int[] prompt)
    {
        var sequence = new Sequence(adapter, prompt, 5);
        simulation.Arrive(sequence);
        simulation.RunToEnd();
        return sequence;
    }
}
